//===- ShapeChecks.h - What verifiers share ---------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tensor types reaching a verifier satisfy (D1): static shape, positive
// extents, fewer than 2^31 elements. So extents of one tensor, and any two
// extents, multiply without overflow in 64 bits.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_SHAPECHECKS_H
#define MIXQ_DIALECT_SHAPECHECKS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

namespace mixq {

/// Each emits "expects <what> to ..., got <type>" where the rule is broken.
/// `what` names the operand or result as the op's description does.
mlir::LogicalResult expectRank(mlir::Operation *op, llvm::StringRef what,
                               mlir::RankedTensorType type, int64_t rank);
mlir::LogicalResult expectShape(mlir::Operation *op, llvm::StringRef what,
                                mlir::RankedTensorType type,
                                llvm::ArrayRef<int64_t> shape);
mlir::LogicalResult expectOneElement(mlir::Operation *op, llvm::StringRef what,
                                     mlir::RankedTensorType type);
/// Codes of !mixq.q<u2> to !mixq.q<u8>, of any axis; these or entries of a
/// codebook; s8, or codes of fewer bits.
mlir::LogicalResult expectUnsigned(mlir::Operation *op, llvm::StringRef what,
                                   mlir::RankedTensorType type);
/// Codes of !mixq.q<u8>.
mlir::LogicalResult expectUnsignedBytes(mlir::Operation *op,
                                        llvm::StringRef what,
                                        mlir::RankedTensorType type);
mlir::LogicalResult expectUnsignedOrCodebook(mlir::Operation *op,
                                             llvm::StringRef what,
                                             mlir::RankedTensorType type);
mlir::LogicalResult expectWeightCodes(mlir::Operation *op, llvm::StringRef what,
                                      mlir::RankedTensorType type);

mlir::LogicalResult expectPositive(mlir::Operation *op, llvm::StringRef what,
                                   int64_t value);
mlir::LogicalResult expectPositiveFinite(mlir::Operation *op,
                                         llvm::StringRef what,
                                         const llvm::APFloat &value);

/// `patch` [P, Q] tiles `image` [C, H, W] exactly; P and Q are positive.
mlir::LogicalResult expectTiling(mlir::Operation *op,
                                 mlir::RankedTensorType image,
                                 llvm::ArrayRef<int64_t> patch);
int64_t countPatches(mlir::RankedTensorType image,
                     llvm::ArrayRef<int64_t> patch);

/// (L1) to (L3) but for the bias: input [M, K], weight [N, K], result [M, N].
mlir::LogicalResult expectLinear(mlir::Operation *op,
                                 mlir::RankedTensorType input,
                                 mlir::RankedTensorType weight,
                                 mlir::RankedTensorType result);
/// (LN1): input [M, D], gamma and beta [D].
mlir::LogicalResult expectNormalization(mlir::Operation *op,
                                        mlir::RankedTensorType input,
                                        mlir::RankedTensorType gamma,
                                        mlir::RankedTensorType beta);

/// (WB2) to (WB4): `bias` is [A, B, H, M, N] for `scores` [G * G' * H, M, N] of
/// a `grid` [G, G'] of windows.
mlir::LogicalResult expectWindowBias(mlir::Operation *op,
                                     mlir::RankedTensorType bias,
                                     llvm::ArrayRef<int64_t> grid,
                                     llvm::ArrayRef<int64_t> scores);
/// (QA5), (FA4): two positive entries, few enough to be multiplied.
mlir::LogicalResult expectGrid(mlir::Operation *op,
                               llvm::ArrayRef<int64_t> grid);

/// "4x8"
std::string formatShape(llvm::ArrayRef<int64_t> shape);

} // namespace mixq

#endif // MIXQ_DIALECT_SHAPECHECKS_H
