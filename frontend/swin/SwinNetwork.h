//===- SwinNetwork.h - The sizes of a Swin Transformer ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_SWIN_SWINNETWORK_H
#define MIXQ_FRONTEND_SWIN_SWINNETWORK_H

#include "frontend/Activation.h"

#include <cstdint>
#include <vector>

namespace mixq {

/// Blocks on maps of one size. Every other block, the second first, shifts its
/// windows.
struct SwinStage {
  int64_t mapHeight = 0, mapWidth = 0; ///< tokens
  int64_t width = 0;                   ///< channels
  int64_t depth = 0;                   ///< blocks
  int64_t heads = 0;
  int64_t headDim = 0;
  int64_t mlpHidden = 0;
  /// What the config says, and what it comes to on this map; tokens.
  int64_t configHeight = 0, configWidth = 0;
  int64_t windowHeight = 0, windowWidth = 0;
  int64_t shiftHeight = 0, shiftWidth = 0; ///< tokens, of shifting blocks

  int64_t windowTokens() const { return windowHeight * windowWidth; }
  /// The map with its padding: whole windows.
  int64_t paddedHeight() const {
    return (mapHeight + windowHeight - 1) / windowHeight * windowHeight;
  }
  int64_t paddedWidth() const {
    return (mapWidth + windowWidth - 1) / windowWidth * windowWidth;
  }
  /// Rows of the table of relative positions.
  int64_t positionRows() const {
    return (2 * windowHeight - 1) * (2 * windowWidth - 1);
  }
};

/// timm's SwinTransformer and Hugging Face transformers' Swin.
struct SwinNetwork {
  int64_t patchHeight = 0, patchWidth = 0; ///< pixels
  std::vector<SwinStage> stages;
  bool qkvBias = true;
  /// transformers pads a map before it rolls it, timm after.
  bool padsBeforeRoll = false;
  /// A position embedding added to the patches, as transformers can have it.
  bool absolutePositions = false;
  bool alwaysPartition = false; ///< windows larger than a map stay as they are
  /// The tensors' names are those of the first releases (timm before 0.8).
  bool firstNames = false;
  double blockEps = 0; ///< epsilon of the norms of blocks, and of the last
  double otherEps = 0; ///< of those of the patches and of the merging
  Activation activation = Activation::Gelu;
};

} // namespace mixq

#endif // MIXQ_FRONTEND_SWIN_SWINNETWORK_H
