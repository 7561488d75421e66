//===- TensorTypes.h - Tensor types of the IR on the host -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_TENSORTYPES_H
#define MIXQ_ANALYSIS_TENSORTYPES_H

#include "dialect/MixqDialect.h"
#include "dialect/store/Tensor.h"

#include <optional>

namespace mixq {

/// How the host stores elements of that type: fp32, int32, codes as bytes.
/// None where it has no tensor of them.
std::optional<DataType> dataTypeOf(mlir::Type elementType);

/// The same where fp32 is evaluated in `precision`, F32 or F64.
std::optional<DataType> dataTypeOf(mlir::Type elementType, DataType precision);

/// A zero-filled tensor for a value of that type, static and of known elements.
Tensor makeTensor(mlir::Type type, DataType precision = DataType::F32);

/// Elements of a value whose type is a static tensor.
int64_t elementsOf(mlir::Value value);

/// An extent of a value whose type is a static tensor.
int64_t extentOf(mlir::Value value, unsigned axis);

/// The same elements in fp64.
Tensor toDouble(const Tensor &tensor);

} // namespace mixq

#endif // MIXQ_ANALYSIS_TENSORTYPES_H
