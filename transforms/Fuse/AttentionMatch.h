//===- AttentionMatch.h - The ops of attention on codes ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What FuseQuantizedAttention makes one kernel of.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_FUSE_ATTENTIONMATCH_H
#define MIXQ_TRANSFORMS_FUSE_ATTENTIONMATCH_H

#include "transforms/Fuse/HeadQuantizers.h"
#include "transforms/Fuse/RowTables.h"

#include "llvm/ADT/STLExtras.h"

#include <array>

namespace mixq {

/// What the attention probabilities are quantized to: byte b stands for
/// scale * b, or with `isRowScaled` for b / (the row's sum of bytes).
struct Probabilities {
  unsigned bits;
  double scale;
  mlir::Value table;     ///< of a codebook after the softmax
  CodebookAttr codebook; ///< inside it
  bool isRowScaled;
};

/// quantize(merge_heads(P V)) with P = quantize(softmax(Q K^T)), all operands
/// quantized views of one projection.
struct AttentionMatch {
  QLinearOp projection;
  SplitQkvOp split;
  WindowBiasOp bias;              ///< or null
  LayerNormOp queryNorm, keyNorm; ///< both, or none
  SoftmaxOp softmax;
  MatmulOp qk, av;
  RowTable rows; ///< of the result, in the tokens of all windows
  Probabilities probabilities;
  int64_t heads;
  HeadQuantizers query, key, value;
  TensorQuantizer result;

  std::array<const HeadQuantizers *, 3> parts() const {
    return {&query, &key, &value};
  }
  bool isPerHead() const {
    return llvm::any_of(
        parts(), [](const HeadQuantizers *part) { return part->isPerHead(); });
  }
};

/// None where `op` does not quantize such a result.
std::optional<AttentionMatch> matchAttention(QuantizeOp op);

/// Whether the kernel can have these codes; emits a diagnostic where not.
mlir::LogicalResult checkCodes(QuantizeOp op, const AttentionMatch &match);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_FUSE_ATTENTIONMATCH_H
