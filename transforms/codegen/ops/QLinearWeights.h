//===- QLinearWeights.h - The weight of a qlinear ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_QLINEARWEIGHTS_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_QLINEARWEIGHTS_H

#include "dialect/MixqDialect.h"
#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/Unpack.h"

namespace mixq {

/// The weight [N, K] in panels, as a constant and an entry of the layer
/// table.
mlir::FailureOr<Matrix> addLinearWeights(LoweringContext &context, QLinearOp op,
                                         const PackedWeights &weights,
                                         int64_t macs);

/// The zero-points of codes from 0 on, modulo 256, padded to `columns`.
mlir::FailureOr<Matrix> addLinearZeroPoints(LoweringContext &context,
                                            QLinearOp op, int64_t columns);

/// How many groups of products of this very weight and any codes of the input
/// sum in 16-bit words (WordTile.h).
mlir::FailureOr<int64_t> wordGroupsOfWeight(LoweringContext &context,
                                            QLinearOp op);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_QLINEARWEIGHTS_H
