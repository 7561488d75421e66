//===- SwinMaps.cpp - Maps and windows of an image size -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/swin/SwinMaps.h"

#include <algorithm>

namespace mixq {
namespace {

void layWindow(int64_t map, int64_t target, bool isKept, int64_t &window,
               int64_t &shift) {
  window = isKept ? target : std::min(map, target);
  shift = isKept || map > window ? target / 2 : 0;
}

void layWindowsOfTimm(SwinStage &stage, bool isKept) {
  layWindow(stage.mapHeight, stage.configHeight, isKept, stage.windowHeight,
            stage.shiftHeight);
  layWindow(stage.mapWidth, stage.configWidth, isKept, stage.windowWidth,
            stage.shiftWidth);
}

void layWindowsOfTransformers(SwinStage &stage) {
  const int64_t window = stage.configHeight;
  const int64_t side = std::min(stage.mapHeight, stage.mapWidth);
  stage.windowHeight = stage.windowWidth = window;
  stage.shiftHeight = stage.shiftWidth = side > window ? window / 2 : 0;
}

} // namespace

void layOutMaps(const ModelConfig &config, SwinNetwork &network) {
  int64_t height = config.imageHeight / network.patchHeight;
  int64_t width = config.imageWidth / network.patchWidth;
  for (SwinStage &stage : network.stages) {
    stage.mapHeight = height;
    stage.mapWidth = width;
    if (config.huggingFace)
      layWindowsOfTransformers(stage);
    else
      layWindowsOfTimm(stage, network.alwaysPartition);
    height = (height + 1) / 2;
    width = (width + 1) / 2;
  }
}

} // namespace mixq
