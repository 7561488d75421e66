//===- Parameters.h - Values behind mixq.parameter ops ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_PARAMETERS_H
#define MIXQ_DIALECT_PARAMETERS_H

#include "dialect/MixqDialect.h"

namespace mixq {

/// The store of the dialect that `op` belongs to.
ParameterStore &getParameterStore(mlir::Operation *op);

/// The tensor that `op` names or holds, checked against the result's type:
/// f32, s32, and u8 or s8 for codes. Emits a diagnostic on failure.
mlir::FailureOr<Tensor> getParameterValue(ParameterOp op);

/// Stores `tensor` under `name`, replacing what had the name, and builds the op
/// that is bound to it. `type` must be a tensor type of the same shape.
ParameterOp createParameter(mlir::OpBuilder &builder, mlir::Location loc,
                            llvm::StringRef name, Tensor tensor,
                            mlir::RankedTensorType type);

/// The module attribute that holds the hash of a lowered module's constants
/// segment, and the segment's name in the store.
inline constexpr llvm::StringLiteral kConstantsName = "mixq.constants";

/// Writes every tensor that a `mixq.parameter` beneath `root` names as an
/// archive, and the constants of a lowered module, and nothing else. Emits a
/// diagnostic on failure.
mlir::LogicalResult saveParameters(mlir::Operation *root,
                                   const std::string &path);

} // namespace mixq

#endif // MIXQ_DIALECT_PARAMETERS_H
