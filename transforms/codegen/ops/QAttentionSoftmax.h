//===- QAttentionSoftmax.h - A tile of scores as bytes ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Steps 2 to 4 of `mixq.qattention` for a tile of queries, in passes over all
// of its rows: their maxima, their exponentials, their sums, their bytes.
// Within a row each of these waits for the one before, to the last element;
// rows do not wait for each other.
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

  /// Where a head finds its `count` of constants of 4 bytes.
  mlir::Value ofHead(KernelBuilder &k, mlir::Value first, mlir::Value head,
                     int64_t count = 1) const {
    return isPerHead ? k.at(first, k.mul(head, 4 * count)) : first;
  }
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

/// Where the queries of a tile have their numbers, row by row.
struct SoftmaxTile {
  int64_t rows;
  mlir::Value scores;  ///< int32, paddedTokens() of them; overwritten
  mlir::Value codes;   ///< what becomes of them
  mlir::Value sums;    ///< kSumLanes of fp32
  mlir::Value numbers; ///< 4 bytes: at the end, the multiplier of the result
  mlir::Value bias;    ///< fp32, or null
};

void emitSoftmaxTile(KernelBuilder &k, const AttentionShape &shape,
                     const QAttentionParameters &parameters,
                     const SoftmaxTile &tile);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONSOFTMAX_H
