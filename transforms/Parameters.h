//===- Parameters.h - Reading and writing mixq.parameter ops ----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_PARAMETERS_H
#define MIXQ_TRANSFORMS_PARAMETERS_H

#include "dialect/MixqDialect.h"

#include "mlir/IR/Builders.h"

#include <string>
#include <vector>

namespace mixq {

bool isParameter(mlir::Value value);

/// The name under which a parameter is stored, `otherwise` for an inline one.
std::string parameterName(mlir::Value parameter, llvm::StringRef otherwise);

/// The tensor that a value stands for. Emits a diagnostic when the value is not
/// a parameter, or when its name and hash are not in the store.
mlir::FailureOr<Tensor> readParameter(mlir::Value value);

/// Stores `tensor` under `name` and returns its hash as the IR spells it.
std::string storeParameter(mlir::MLIRContext *context, const std::string &name,
                           const Tensor &tensor);

/// A parameter op of `type` for `tensor`: inline when it has at most four
/// elements, by name otherwise. A name that is taken by other content gets a
/// number appended.
mlir::Value makeParameter(mlir::OpBuilder &builder, mlir::Location loc,
                          const std::string &name, const Tensor &tensor,
                          mlir::Type elementType);

/// fp32 and int32 vectors.
mlir::Value makeParameter(mlir::OpBuilder &builder, mlir::Location loc,
                          const std::string &name,
                          const std::vector<float> &values);
mlir::Value makeParameter(mlir::OpBuilder &builder, mlir::Location loc,
                          const std::string &name,
                          const std::vector<int32_t> &values);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_PARAMETERS_H
