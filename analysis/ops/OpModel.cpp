//===- OpModel.cpp - What the files of ops share --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/BackwardModel.h"

using namespace mixq;

mlir::FailureOr<DataType>
mixq::ops::precisionOf(mlir::Operation *op, llvm::ArrayRef<Tensor> operands) {
  bool single = false, wide = false;
  for (const Tensor &operand : operands) {
    single |= operand.type() == DataType::F32;
    wide |= operand.type() == DataType::F64;
  }
  if (single && wide)
    return op->emitOpError("expects float operands of one type, found both "
                           "f32 and f64");
  return wide ? DataType::F64 : DataType::F32;
}

mlir::LogicalResult
mixq::ops::checkRelevancePrecision(mlir::Operation *op,
                                   llvm::ArrayRef<Tensor> relevances) {
  for (const Tensor &relevance : relevances)
    if (relevance.type() != DataType::F64)
      return op->emitOpError("expects relevance of f64, found ")
             << nameOf(relevance.type());
  return mlir::success();
}
