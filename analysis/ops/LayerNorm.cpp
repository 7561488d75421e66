//===- LayerNorm.cpp - mixq.layer_norm ------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
#include "analysis/ops/BackwardModel.h"
#include "analysis/ops/Matrix.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct LayerNormModel : FloatModel<LayerNormModel, LayerNormOp> {
  template <typename T>
  static Tensor compute(LayerNormOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    Matrix<const T> input = viewOf<T>(operands[0]);
    Matrix<T> output = mutableViewOf<T>(result);
    const T *gamma = operands[1].data<T>();
    const T *beta = operands[2].data<T>();
    T epsilon = op.getEpsilon().convertToFloat();
    for (int64_t i = 0; i < input.rows; ++i) {
      const T *row = input.row(i);
      auto moments = numerics::rowMoments(row, input.columns, epsilon);
      for (int64_t j = 0; j < input.columns; ++j)
        output.row(i)[j] =
            numerics::normalize(row[j], moments, gamma[j], beta[j]);
    }
    return result;
  }
};

/// With x^ = (x - mean) * rstd and h = g * gamma, for each row:
///   dx = rstd * (h - mean(h) - x^ mean(h x^))
template <typename T>
void pullBackRow(numerics::Moments<T> moments, llvm::ArrayRef<T> x,
                 const T *gradient, const T *gamma, T *toInput, T *toGamma,
                 T *toBeta) {
  T sum = 0, product = 0;
  for (size_t j = 0; j < x.size(); ++j) {
    T normalized = (x[j] - moments.mean) * moments.rstd;
    T h = gradient[j] * gamma[j];
    sum += h;
    product += h * normalized;
    toGamma[j] += gradient[j] * normalized;
    toBeta[j] += gradient[j];
  }
  T count = static_cast<T>(x.size());
  for (size_t j = 0; j < x.size(); ++j) {
    T normalized = (x[j] - moments.mean) * moments.rstd;
    toInput[j] = moments.rstd * (gradient[j] * gamma[j] - sum / count -
                                 normalized * product / count);
  }
}

struct LayerNormGradient : GradientModel<LayerNormGradient, LayerNormOp> {
  template <typename T>
  static Flows pullBack(LayerNormOp op, const Backward &at) {
    Flows flows;
    for (const Tensor &operand : at.operands)
      flows.push_back(zerosLike(operand, DataTypeOf<T>::value));
    Matrix<const T> input = viewOf<T>(at.operands[0]);
    Matrix<const T> gradient = viewOf<T>(at.flows[0]);
    Matrix<T> toInput = mutableViewOf<T>(flows[0]);
    T epsilon = op.getEpsilon().convertToFloat();
    for (int64_t i = 0; i < input.rows; ++i)
      pullBackRow(numerics::rowMoments(input.row(i), input.columns, epsilon),
                  llvm::ArrayRef(input.row(i), input.columns), gradient.row(i),
                  at.operand<T>(1), toInput.row(i), flows[1].mutableData<T>(),
                  flows[2].mutableData<T>());
    return flows;
  }
};

} // namespace

void mixq::ops::attachLayerNorm(mlir::MLIRContext &context) {
  LayerNormOp::attachInterface<LayerNormModel, LayerNormGradient,
                               IdentityRelevance<LayerNormOp>,
                               RowWise<LayerNormOp, 0>>(context);
}
