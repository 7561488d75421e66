//===- FusedLinear.cpp - mixq.fused_linear --------------------------------===//
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

/// The epilogues that (FL3) allows.
template <typename T>
void applyEpilogue(FusedLinearOp op, Tensor &result, const Tensor &residual) {
  Epilogue epilogue = op.getEpilogue();
  T *y = result.mutableData<T>();
  int64_t size = result.size();
  if (epilogue == Epilogue::Gelu)
    for (int64_t i = 0; i < size; ++i)
      y[i] = numerics::applyGelu(y[i], op.getTanh());
  if (epilogue == Epilogue::Add) {
    const T *other = residual.data<T>();
    for (int64_t i = 0; i < size; ++i)
      y[i] += other[i];
  }
}

struct FusedLinearModel : FloatModel<FusedLinearModel, FusedLinearOp> {
  template <typename T>
  static Tensor compute(FusedLinearOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    Matrix<T> output = mutableViewOf<T>(result);
    multiplyTransposed(viewOf<T>(operands[0]), viewOf<T>(operands[1]), output);
    addToRows(output, operands[2].data<T>());
    applyEpilogue<T>(op, result, operands.back());
    return result;
  }
};

struct FusedLinearCost
    : CostOpInterface::ExternalModel<FusedLinearCost, FusedLinearOp> {
  int64_t getParameterCount(mlir::Operation *op) const {
    return elementsOf(llvm::cast<FusedLinearOp>(op).getWeight());
  }
  int64_t getMacs(mlir::Operation *op) const {
    auto linear = llvm::cast<FusedLinearOp>(op);
    return extentOf(linear.getInput(), 0) * elementsOf(linear.getWeight());
  }
  llvm::SmallVector<unsigned>
  getQuantizableOperands(mlir::Operation *op) const {
    return {0, 1};
  }
};

} // namespace

void mixq::ops::attachFusedLinear(mlir::MLIRContext &context) {
  FusedLinearOp::attachInterface<FusedLinearModel, FusedLinearCost,
                                 LinearRows<FusedLinearOp>>(context);
}
