//===- QAttentionTile.h - One tile of integer attention ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONTILE_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONTILE_H

#include "transforms/codegen/ops/QAttentionMatrices.h"
#include "transforms/codegen/ops/QAttentionSoftmax.h"

namespace mixq {

/// Where one head of one window lies.
struct QAttentionHead {
  mlir::Value queries;                   ///< the codes of its first query
  mlir::Value keys, corrections, values; ///< packed
  mlir::Value bias = nullptr; ///< [N, N] of fp32, null if the op has none
};

/// Memory of a kernel for a tile's scores (4 bytes each), sums of exponentials,
/// probabilities, and what multiplies the results of its rows.
struct QAttentionScratch {
  mlir::Value scores, sums, codes, multipliers;
  AttentionMatrices matrices;

  QAttentionScratch(KernelBuilder &k, const AttentionShape &shape)
      : scores(k.stack(rows(shape, k.target) * shape.paddedTokens() * 4)),
        sums(k.stack(rows(shape, k.target) * kSumsBytes)),
        codes(k.stack(rows(shape, k.target) * shape.paddedTokens())),
        multipliers(k.stack(rows(shape, k.target) * 4)), matrices(k, shape) {}

  static int64_t rows(const AttentionShape &shape, const Target &target) {
    return shape.queryRows(ProductType::U8S8, target);
  }
  static int64_t bytes(const AttentionShape &shape, const Target &target) {
    return rows(shape, target) * (shape.paddedTokens() * 5 + kSumsBytes + 4) +
           AttentionMatrices::stackBytes(shape, target);
  }

private:
  static constexpr int64_t kSumsBytes = numerics::kSumLanes * 4;
};

/// Where the rows of the result of some queries start.
using ResultRows = llvm::function_ref<KernelBuilder::Values(const QueryTile &)>;

/// Scores, softmax and the product with the values of a tile of queries.
void emitQAttentionTile(KernelBuilder &k, const AttentionShape &shape,
                        const QAttentionHead &head,
                        const QAttentionParameters &parameters,
                        const QAttentionScratch &scratch, const QueryTile &tile,
                        ResultRows resultRows);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONTILE_H
