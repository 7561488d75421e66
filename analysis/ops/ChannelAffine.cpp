//===- ChannelAffine.cpp - Scale and shift each channel -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/BackwardModel.h"
#include "analysis/ops/Matrix.h"

#include <cmath>

using namespace mixq;
using namespace mixq::ops;

namespace {

struct ChannelAffineModel : FloatModel<ChannelAffineModel, ChannelAffineOp> {
  template <typename T>
  static Tensor compute(ChannelAffineOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    Matrix<const T> input = viewOf<T>(operands[0]);
    Matrix<T> output = mutableViewOf<T>(result);
    const T *multiplier = operands[1].data<T>();
    const T *offset = operands[2].data<T>();
    for (int64_t row = 0; row < input.rows; ++row)
      for (int64_t c = 0; c < input.columns; ++c)
        output.row(row)[c] =
            std::fma(input.row(row)[c], multiplier[c], offset[c]);
    return result;
  }
};

struct ChannelAffineGradient
    : GradientModel<ChannelAffineGradient, ChannelAffineOp> {
  template <typename T>
  static Flows pullBack(ChannelAffineOp op, const Backward &at) {
    Flows flows;
    for (const Tensor &operand : at.operands)
      flows.push_back(zerosLike(operand, DataTypeOf<T>::value));
    Matrix<const T> input = viewOf<T>(at.operands[0]);
    Matrix<const T> gradient = viewOf<T>(at.flows[0]);
    Matrix<T> toInput = mutableViewOf<T>(flows[0]);
    T *toMultiplier = flows[1].mutableData<T>();
    T *toOffset = flows[2].mutableData<T>();
    const T *multiplier = at.operand<T>(1);
    for (int64_t row = 0; row < input.rows; ++row)
      for (int64_t c = 0; c < input.columns; ++c) {
        T g = gradient.row(row)[c];
        toInput.row(row)[c] = g * multiplier[c];
        toMultiplier[c] += g * input.row(row)[c];
        toOffset[c] += g;
      }
    return flows;
  }
};

} // namespace

void mixq::ops::attachChannelAffine(mlir::MLIRContext &context) {
  ChannelAffineOp::attachInterface<ChannelAffineModel, ChannelAffineGradient,
                                   IdentityRelevance<ChannelAffineOp>,
                                   RowWise<ChannelAffineOp, 0>>(context);
}
