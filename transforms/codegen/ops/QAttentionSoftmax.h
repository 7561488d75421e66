//===- QAttentionSoftmax.h - A row of scores as bytes -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Steps 2 to 4 of `mixq.qattention` for one query. A row of up to 64 scores, as
// Swin's windows have, stays in registers; a longer one in the tile's scratch.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONSOFTMAX_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONSOFTMAX_H

#include "transforms/codegen/Encoder.h"
#include "transforms/codegen/ops/AttentionLoops.h"

namespace mixq {

/// How probabilities and results become bytes.
struct AttentionFormat {
  ByteFormat probabilities, result;
  bool isRowScaled = false;
  bool isPerHead = false; ///< heads have multipliers of their own

  /// "_u8_u8", "_t4row_u4_heads": a part of the kernel's name.
  std::string name() const {
    return "_" + probabilities.name() + (isRowScaled ? "row_" : "_") +
           result.name() + (isPerHead ? "_heads" : "");
  }
};

/// Pointers to the parameters of the op.
struct QAttentionParameters {
  AttentionFormat format;
  mlir::Value score, probability, multiplier, offset;
  mlir::Value encoder = nullptr; ///< where probabilities are of a codebook
};

/// Where one query has its numbers.
struct SoftmaxRow {
  mlir::Value scores;     ///< int32, paddedTokens() of them; overwritten
  mlir::Value codes;      ///< what becomes of them
  mlir::Value multiplier; ///< fp32: that of the result, written
  mlir::Value bias;       ///< fp32, or null
};

void emitSoftmaxRow(KernelBuilder &k, const AttentionShape &shape,
                    const QAttentionParameters &parameters,
                    const SoftmaxRow &row);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONSOFTMAX_H
