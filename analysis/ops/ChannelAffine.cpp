//===- ChannelAffine.cpp - Scale and shift each channel -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/Matrix.h"
#include "analysis/ops/OpModel.h"

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

} // namespace

void mixq::ops::attachChannelAffine(mlir::MLIRContext &context) {
  ChannelAffineOp::attachInterface<ChannelAffineModel>(context);
}
