//===- TensorTypes.cpp - Tensor types of the IR on the host ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/TensorTypes.h"

#include <algorithm>

using namespace mixq;

std::optional<DataType> mixq::dataTypeOf(mlir::Type elementType) {
  if (elementType.isF32())
    return DataType::F32;
  if (elementType.isSignlessInteger(32))
    return DataType::S32;
  if (auto codes = llvm::dyn_cast<QuantizedType>(elementType))
    return codes.getIsSigned() ? DataType::S8 : DataType::U8;
  if (llvm::isa<CodebookType>(elementType))
    return DataType::U8;
  return std::nullopt;
}

std::optional<DataType> mixq::dataTypeOf(mlir::Type elementType,
                                         DataType precision) {
  std::optional<DataType> type = dataTypeOf(elementType);
  return type == DataType::F32 ? precision : type;
}

Tensor mixq::makeTensor(mlir::Type type, DataType precision) {
  auto tensorType = llvm::cast<mlir::RankedTensorType>(type);
  return Tensor(*dataTypeOf(tensorType.getElementType(), precision),
                tensorType.getShape().vec());
}

int64_t mixq::elementsOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType()).getNumElements();
}

int64_t mixq::extentOf(mlir::Value value, unsigned axis) {
  return llvm::cast<mlir::RankedTensorType>(value.getType()).getDimSize(axis);
}

Tensor mixq::toDouble(const Tensor &tensor) {
  Tensor result(DataType::F64, tensor.shape());
  const auto *from = tensor.data<float>();
  std::copy(from, from + tensor.size(), result.mutableData<double>());
  return result;
}
