//===- RowNorm.h - The normalisation of one row -----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_ROWNORM_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_ROWNORM_H

#include "dialect/Numerics.h"
#include "transforms/codegen/KernelBuilder.h"

namespace mixq {

/// Rows of fp32 elements; whole vectors of 16 may be read from all.
struct RowNorm {
  KernelBuilder::Values rows; ///< pointers
  mlir::Value gamma, beta;    ///< pointers
  int64_t columns;
  float epsilon;
};

/// Mean and variance, then fma((x - mean) * rstd, gamma, beta) for every
/// element, as docs/design/numerics.md defines it. `sink(ys, column, valid)`
/// gets 16 elements of each row from `column` (an i64) on, of which `valid` are
/// the row's. Each sum is a chain of additions; those of several rows
/// alternate.
void emitRowNorm(
    KernelBuilder &k, const RowNorm &norm,
    llvm::function_ref<void(mlir::ValueRange, mlir::Value, int64_t)> sink);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_ROWNORM_H
