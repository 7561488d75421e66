//===- Matmul.cpp - mixq.matmul -------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/Matrix.h"
#include "analysis/ops/OpModel.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct MatmulModel : FloatModel<MatmulModel, MatmulOp> {
  template <typename T>
  static Tensor compute(MatmulOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    Matrix<T> output = mutableViewOf<T>(result);
    for (int64_t batch = 0; batch < result.dim(0); ++batch) {
      auto lhs = batchOf(viewOf<T>(operands[0]), batch, operands[0].dim(1));
      auto rhs = batchOf(viewOf<T>(operands[1]), batch, operands[1].dim(1));
      auto product = batchOf(output, batch, result.dim(1));
      if (op.getTransposeRhs())
        multiplyTransposed(lhs, rhs, product);
      else
        multiply(lhs, rhs, product);
    }
    T multiplier = op.getMultiplier().convertToFloat();
    for (int64_t i = 0, n = result.size(); i < n; ++i)
      output.data[i] *= multiplier;
    return result;
  }
};

struct MatmulCost : CostOpInterface::ExternalModel<MatmulCost, MatmulOp> {
  int64_t getParameterCount(mlir::Operation *op) const { return 0; }
  int64_t getMacs(mlir::Operation *op) const {
    auto matmul = llvm::cast<MatmulOp>(op);
    return elementsOf(matmul.getResult()) * extentOf(matmul.getLhs(), 2);
  }
  llvm::SmallVector<unsigned>
  getQuantizableOperands(mlir::Operation *op) const {
    return {0, 1};
  }
};

} // namespace

void mixq::ops::attachMatmul(mlir::MLIRContext &context) {
  MatmulOp::attachInterface<MatmulModel, MatmulCost>(context);
}
