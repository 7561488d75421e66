//===- PatchWeights.h - A patch projection as a matrix product --*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_FUSE_PATCHWEIGHTS_H
#define MIXQ_TRANSFORMS_FUSE_PATCHWEIGHTS_H

#include "dialect/MixqDialect.h"

#include "mlir/IR/Builders.h"

namespace mixq {

struct PatchShape {
  llvm::SmallVector<int64_t> patch; ///< height and width
  int64_t patches, elements;        ///< of the image, and of one patch

  llvm::SmallVector<int64_t> matrix() const { return {patches, elements}; }
};

PatchShape patchShapeOf(PatchEmbedOp op);

/// The weight [D, C, P, Q] as [D, C * P * Q]: the same numbers in the same
/// order. Fails quietly when `weight` is not a parameter.
mlir::FailureOr<mlir::Value> flattenPatchWeight(mlir::OpBuilder &builder,
                                                mlir::Value weight);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_FUSE_PATCHWEIGHTS_H
