//===- AttentionTile.h - One tile of fp32 attention -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_ATTENTIONTILE_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_ATTENTIONTILE_H

#include "transforms/codegen/ops/AttentionLoops.h"

namespace mixq {

/// Where one head of one window lies.
struct AttentionHead {
  mlir::Value queries; ///< its first; keys and values are as many columns on
  mlir::Value keys;    ///< packed
  mlir::Value bias = nullptr; ///< [N, N], null if the op has none
};

/// Memory of a kernel for a tile's scores, and one over the sum of each row.
struct AttentionScratch {
  mlir::Value scores, reciprocals;

  AttentionScratch(KernelBuilder &k, const AttentionShape &shape)
      : scores(k.stack(k.target.tileRows * shape.paddedTokens() * 4)),
        reciprocals(k.stack(k.target.tileRows * 4)) {}
};

/// Keys of one head, transposed into panels: panel[channel][key].
void emitPackKeys(KernelBuilder &k, const AttentionShape &shape,
                  const AttentionHead &head);

/// Scores, softmax and the product with the values of a tile of queries, whose
/// rows of the result start at `rows`.
void emitAttentionTile(KernelBuilder &k, const AttentionShape &shape,
                       const AttentionHead &head, mlir::Value multiplier,
                       const AttentionScratch &scratch, const QueryTile &tile,
                       mlir::ValueRange rows);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_ATTENTIONTILE_H
