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

absl::Status followImageSize(const ModelConfig &config, VitNetwork &network,
                             std::map<std::string, Tensor> &tensors) {
  const Extent before = {network.gridHeight, network.gridWidth};
  network.gridHeight = config.imageHeight / network.patchHeight;
  network.gridWidth = config.imageWidth / network.patchWidth;
  // The caller checks that patches tile the image, but a grid must have some.
  if (network.patches() < 1 || !network.positions)
    return absl::OkStatus();
  const int64_t prefix = network.prefixPositions ? network.prefixTokens() : 0;
  Tensor &positions = tensors["pos_embed"];
  positions = resampleGrid(positions, prefix, before,
                           {network.gridHeight, network.gridWidth});
  return absl::OkStatus();
}

} // namespace mixq
