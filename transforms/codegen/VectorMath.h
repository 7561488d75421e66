//===- VectorMath.h - Exact fp32 arithmetic, emitted ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The code generator's side of docs/design/numerics.md: each function emits the
// operations that analysis/Numerics.h performs, in the same order.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_VECTORMATH_H
#define MIXQ_TRANSFORMS_CODEGEN_VECTORMATH_H

#include "transforms/codegen/KernelBuilder.h"

namespace mixq {

/// x * y + z, rounded once.
mlir::Value emitFma(KernelBuilder &k, mlir::Value x, mlir::Value y,
                    mlir::Value z);
/// x > bound ? x : bound, so that NaN becomes the bound.
mlir::Value emitAtLeast(KernelBuilder &k, mlir::Value x, double bound);
/// x < bound ? x : bound.
mlir::Value emitAtMost(KernelBuilder &k, mlir::Value x, double bound);

/// exp(x) for a vector of fp32 x <= 0.
mlir::Value emitExp(KernelBuilder &k, mlir::Value x);
/// x Phi(x) for a vector of fp32; with `tanh` the form of that name.
mlir::Value emitGelu(KernelBuilder &k, mlir::Value x, bool tanh = false);
/// The same, as precise as a result that becomes codes needs.
mlir::Value emitGeluForCodes(KernelBuilder &k, mlir::Value x, bool tanh);
/// `function` of each of several vectors of one type. A polynomial is a chain
/// of steps that wait for each other; those of up to four registers alternate,
/// which keeps a core busy that looks ahead too few instructions to start the
/// next chain by itself.
KernelBuilder::Values
emitAlternating(KernelBuilder &k, mlir::ValueRange xs,
                llvm::function_ref<mlir::Value(mlir::Value)> function);
/// clamp(roundeven(x), 0, highest) of a vector of fp32, as a vector of i8.
mlir::Value emitCodes(KernelBuilder &k, mlir::Value x, double highest = 255.0);
/// The same with a limit for each lane.
mlir::Value emitCodes(KernelBuilder &k, mlir::Value x, mlir::Value highest);
/// roundeven(x).
mlir::Value emitRoundEven(KernelBuilder &k, mlir::Value x);
/// The lanes combined in the fixed order l + n/2, l + n/4, ..., l + 1.
mlir::Value emitLaneReduction(
    KernelBuilder &k, mlir::Value lanes,
    llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> combine);
/// The sum of 16 fp32 lanes in the fixed order l + 8, l + 4, l + 2, l + 1.
mlir::Value emitLaneSum(KernelBuilder &k, mlir::Value lanes);
/// A vector of i32 as fp32, rounded to nearest even.
mlir::Value emitToFloat(KernelBuilder &k, mlir::Value integers);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_VECTORMATH_H
