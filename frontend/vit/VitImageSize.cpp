//===- VitImageSize.cpp - A ViT for images of another size ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/ImageSize.h"
#include "frontend/vit/Vit.h"

namespace mixq {

void followImageSize(const ModelConfig &config, VitNetwork &network) {
  network.gridHeight = config.imageHeight / network.patchHeight;
  network.gridWidth = config.imageWidth / network.patchWidth;
}

void resamplePositions(const VitNetwork &before, const VitNetwork &after,
                       std::map<std::string, Tensor> &tensors) {
  if (!after.positions)
    return;
  const int64_t prefix = after.prefixPositions ? after.prefixTokens() : 0;
  Tensor &positions = tensors["pos_embed"];
  positions =
      resampleGrid(positions, prefix, {before.gridHeight, before.gridWidth},
                   {after.gridHeight, after.gridWidth});
}

} // namespace mixq
