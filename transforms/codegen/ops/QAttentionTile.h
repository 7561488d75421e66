//===- QAttentionTile.h - One tile of integer attention ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONTILE_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONTILE_H

#include "transforms/codegen/ops/QAttentionSoftmax.h"

namespace mixq {

/// Where one head of one window lies.
struct QAttentionHead {
  mlir::Value queries;                   ///< the codes of its first query
  mlir::Value keys, corrections, values; ///< packed
  mlir::Value bias = nullptr; ///< [N, N] of fp32, null if the op has none
};

/// Memory of a kernel for a tile's scores (4 bytes each) and probabilities, and
/// for what multiplies the results of its rows.
struct QAttentionScratch {
  mlir::Value scores, codes, multipliers;

  QAttentionScratch(KernelBuilder &k, const AttentionShape &shape)
      : scores(k.stack(k.target.tileRows * shape.paddedTokens() * 4)),
        codes(k.stack(k.target.tileRows * shape.paddedTokens())),
        multipliers(k.stack(k.target.tileRows * 4)) {}

  static int64_t bytes(const AttentionShape &shape, const Target &target) {
    return target.tileRows * (shape.paddedTokens() * 5 + 4);
  }
};

/// Scores, softmax and the product with the values of a tile of queries, whose
/// rows of the result start at `rows`.
void emitQAttentionTile(KernelBuilder &k, const AttentionShape &shape,
                        const QAttentionHead &head,
                        const QAttentionParameters &parameters,
                        const QAttentionScratch &scratch, const QueryTile &tile,
                        mlir::ValueRange rows);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONTILE_H
