//===- Linear.cpp - mixq.linear -------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/OpModel.h"
#include "analysis/ops/RowMath.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct LinearModel : FloatModel<LinearModel, LinearOp> {
  template <typename T>
  static Tensor compute(LinearOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    Matrix<T> output = mutableViewOf<T>(result);
    multiplyTransposed(viewOf<T>(operands[0]), viewOf<T>(operands[1]), output);
    addToRows(output, operands[2].data<T>());
    return result;
  }
};

struct LinearCost : CostOpInterface::ExternalModel<LinearCost, LinearOp> {
  int64_t getParameterCount(mlir::Operation *op) const {
    return elementsOf(llvm::cast<LinearOp>(op).getWeight());
  }
  int64_t getMacs(mlir::Operation *op) const {
    auto linear = llvm::cast<LinearOp>(op);
    return extentOf(linear.getInput(), 0) * elementsOf(linear.getWeight());
  }
  llvm::SmallVector<unsigned>
  getQuantizableOperands(mlir::Operation *op) const {
    return {0, 1};
  }
};

struct LinearProduct
    : ProductOpInterface::ExternalModel<LinearProduct, LinearOp> {
  llvm::SmallVector<ProductMatrices>
  getProducts(mlir::Operation *op, llvm::ArrayRef<Tensor> operands,
              unsigned operand) const {
    return {{operands[operand], operands[1 - operand]}};
  }
};

} // namespace

void mixq::ops::attachLinear(mlir::MLIRContext &context) {
  LinearOp::attachInterface<LinearModel, LinearCost, LinearProduct>(context);
}
