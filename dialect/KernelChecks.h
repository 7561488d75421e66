//===- KernelChecks.h - Rules on what operands of kernels hold --*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Verifiers see types. What the values of parameters must obey is checked where
// they are used: by the interpreter, and before code is generated.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_KERNELCHECKS_H
#define MIXQ_DIALECT_KERNELCHECKS_H

#include "dialect/MixqDialect.h"

namespace mixq {

/// Whether every code of `type` minus `zeroPoint` is in [-128, 127].
bool fitsSignedByte(QuantizedType type, int64_t zeroPoint);

// Each emits a diagnostic where the rule is broken, and accepts a null tensor,
// that of an operand which is not given.

/// (QL8): differences of codes and zero-points are s8.
mlir::LogicalResult checkWeightZeroPoints(QLinearOp op,
                                          const Tensor *zeroPoints);
/// (QL9): limits are integers in [0, 255].
mlir::LogicalResult checkLimits(mlir::Operation *op, const Tensor *limits);
/// Entries of a table are in [0, 255], in non-decreasing order.
mlir::LogicalResult checkTable(mlir::Operation *op, const Tensor *table);

} // namespace mixq

#endif // MIXQ_DIALECT_KERNELCHECKS_H
