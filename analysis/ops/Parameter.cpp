//===- Parameter.cpp - mixq.parameter -------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/OpModel.h"
#include "dialect/Parameters.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct ParameterModel
    : EvaluateOpInterface::ExternalModel<ParameterModel, ParameterOp> {
  Results evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor>) const {
    mlir::FailureOr<Tensor> value =
        getParameterValue(llvm::cast<ParameterOp>(op));
    if (mlir::failed(value))
      return mlir::failure();
    return llvm::SmallVector<Tensor>{*std::move(value)};
  }
};

} // namespace

void mixq::ops::attachParameter(mlir::MLIRContext &context) {
  ParameterOp::attachInterface<ParameterModel>(context);
}
