//===- SwinImageSize.cpp - A Swin for images of another size --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/ImageSize.h"
#include "frontend/swin/RelativePositions.h"
#include "frontend/swin/Swin.h"
#include "frontend/swin/SwinMaps.h"

#include "absl/strings/str_cat.h"

namespace mixq {

void followImageSize(const ModelConfig &config, SwinNetwork &network) {
  layOutMaps(config, network);
}

static void resampleStage(const SwinStage &before, const SwinStage &after,
                          size_t index,
                          std::map<std::string, Tensor> &tensors) {
  if (before.windowHeight == after.windowHeight &&
      before.windowWidth == after.windowWidth)
    return;
  for (int64_t i = 0; i < after.depth; ++i) {
    Tensor &table = tensors[absl::StrCat(swinBlockName(index, i),
                                         ".attn.relative_position_bias_table")];
    table = resampleRelativePositions(table,
                                      {before.windowHeight, before.windowWidth},
                                      {after.windowHeight, after.windowWidth});
  }
}

void resamplePositions(const SwinNetwork &before, const SwinNetwork &after,
                       std::map<std::string, Tensor> &tensors) {
  for (size_t i = 0; i < after.stages.size(); ++i)
    resampleStage(before.stages[i], after.stages[i], i, tensors);
  if (!after.absolutePositions)
    return;
  const SwinStage &from = before.stages.front(), &to = after.stages.front();
  Tensor &positions = tensors["absolute_pos_embed"];
  positions =
      resampleGrid(positions, /*prefix=*/0, {from.mapHeight, from.mapWidth},
                   {to.mapHeight, to.mapWidth});
}

} // namespace mixq
