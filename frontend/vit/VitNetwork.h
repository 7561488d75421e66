//===- VitNetwork.h - The sizes of a vision transformer ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_VIT_VITNETWORK_H
#define MIXQ_FRONTEND_VIT_VITNETWORK_H

#include "frontend/Activation.h"

#include <cstdint>

namespace mixq {

/// What the head reads.
enum class VitPooling {
  ClassToken, ///< the first row
  Patches,    ///< the mean of the patches
  AllTokens,  ///< the mean of all rows
};

/// timm's VisionTransformer and VisionTransformerDistilled, and what Hugging
/// Face transformers calls ViT and DeiT.
struct VitNetwork {
  int64_t patchHeight = 0, patchWidth = 0; ///< pixels
  int64_t gridHeight = 0, gridWidth = 0;   ///< patches
  int64_t embedDim = 0;
  int64_t depth = 0; ///< blocks
  int64_t heads = 0;
  int64_t headDim = 0;
  int64_t mlpHidden = 0; ///< width between the two layers of an MLP

  bool classToken = true;
  bool distillationToken = false;
  int64_t registers = 0;
  bool positions = true;       ///< whether there is a position embedding
  bool prefixPositions = true; ///< whether it has rows for the prefix
  bool patchBias = true;
  bool preNorm = false; ///< a LayerNorm between embedding and blocks

  bool qkvBias = true;
  bool qkNorm = false;     ///< LayerNorm of queries and keys, head by head
  bool blockBias = true;   ///< biases of proj, fc1 and fc2
  bool layerScale = false; ///< a factor a channel on what a block adds
  double normEps = 0;
  Activation activation = Activation::Gelu;

  VitPooling pooling = VitPooling::ClassToken;
  bool tokenNorm = true;         ///< a LayerNorm before the pooling
  bool poolNorm = false;         ///< a LayerNorm after it
  bool distillationHead = false; ///< averaged with the class token's

  /// Rows before the patches: class, distillation, registers.
  int64_t prefixTokens() const {
    return int64_t(classToken) + int64_t(distillationToken) + registers;
  }
  int64_t patches() const { return gridHeight * gridWidth; }
  int64_t tokens() const { return prefixTokens() + patches(); }
  /// Rows of the position embedding.
  int64_t positionRows() const {
    return patches() + (prefixPositions ? prefixTokens() : 0);
  }
};

} // namespace mixq

#endif // MIXQ_FRONTEND_VIT_VITNETWORK_H
