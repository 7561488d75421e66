//===- Linear.cpp - mixq.linear -------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/BackwardModel.h"
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

struct LinearGradient : GradientModel<LinearGradient, LinearOp> {
  template <typename T> static Flows pullBack(LinearOp op, const Backward &at) {
    Flows flows(3);
    Matrix<const T> gradient = viewOf<T>(at.flows[0]);
    for (unsigned i = 0; i < 3; ++i)
      if (at.wanted[i])
        flows[i] = zerosLike(at.operands[i], DataTypeOf<T>::value);
    if (at.wanted[0])
      multiply(gradient, viewOf<T>(at.operands[1]), mutableViewOf<T>(flows[0]));
    if (at.wanted[1])
      transposeMultiply(gradient, viewOf<T>(at.operands[0]),
                        mutableViewOf<T>(flows[1]));
    if (at.wanted[2])
      sumRows(gradient, flows[2].mutableData<T>());
    return flows;
  }
};

/// The alpha = 1, beta = 0 rule with one denominator for both signs, where +
/// and - keep the elements of that sign; the bias is ignored:
///   S = R / (x+ W+^T + x- W-^T),   R_x = x+ * (S W+) + x- * (S W-)
struct LinearRelevance : RelevanceModel<LinearRelevance, LinearOp> {
  static Flows redistribute(LinearOp op, const Backward &at) {
    Buffer<double> share(extentOf(op.getResult(), 0),
                         extentOf(op.getResult(), 1));
    Tensor relevance = zerosLike(at.operands[0], DataType::F64);
    SignedParts input(viewOf<double>(at.operands[0]));
    SignedParts weight(viewOf<double>(at.operands[1]));
    addProducts(input, weight, share.view());
    for (size_t i = 0; i < share.elements.size(); ++i)
      share.elements[i] = shareOf(at.flow<double>()[i], share.elements[i]);
    collect(share, input, weight, relevance.mutableData<double>());
    return {relevance, Tensor(), Tensor()};
  }

private:
  /// sum = x+ W+^T + x- W-^T
  static void addProducts(const SignedParts &input, const SignedParts &weight,
                          Matrix<double> sum) {
    Buffer<double> part(sum.rows, sum.columns);
    multiplyTransposed(input.positive.view(), weight.positive.view(), sum);
    multiplyTransposed(input.negative.view(), weight.negative.view(),
                       part.view());
    for (size_t i = 0; i < part.elements.size(); ++i)
      sum.data[i] += part.elements[i];
  }

  /// relevance = x+ * (S W+) + x- * (S W-)
  static void collect(const Buffer<double> &share, const SignedParts &input,
                      const SignedParts &weight, double *relevance) {
    Buffer<double> part(input.positive.rows, input.positive.columns);
    auto add = [&](const Buffer<double> &x, const Buffer<double> &w) {
      multiply(share.view(), w.view(), part.view());
      for (size_t i = 0; i < part.elements.size(); ++i)
        relevance[i] += x.elements[i] * part.elements[i];
    };
    add(input.positive, weight.positive);
    add(input.negative, weight.negative);
  }
};

} // namespace

void mixq::ops::attachLinear(mlir::MLIRContext &context) {
  LinearOp::attachInterface<LinearModel, LinearCost, LinearProduct,
                            LinearGradient, LinearRelevance,
                            RowWise<LinearOp, 0>>(context);
}
