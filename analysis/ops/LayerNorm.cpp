//===- LayerNorm.cpp - mixq.layer_norm ------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
#include "analysis/ops/Matrix.h"
#include "analysis/ops/OpModel.h"

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

} // namespace

void mixq::ops::attachLayerNorm(mlir::MLIRContext &context) {
  LayerNormOp::attachInterface<LayerNormModel>(context);
}
