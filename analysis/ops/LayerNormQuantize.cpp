//===- LayerNormQuantize.cpp - mixq.layer_norm_quantize -------------------===//
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

struct LayerNormQuantizeModel
    : ExactModel<LayerNormQuantizeModel, LayerNormQuantizeOp> {
  static Tensor compute(LayerNormQuantizeOp op,
                        llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataType::F32);
    Matrix<const float> input = viewOf<float>(operands[0]);
    Matrix<uint8_t> codes = mutableViewOf<uint8_t>(result);
    const auto *gamma = operands[1].data<float>();
    const auto *beta = operands[2].data<float>();
    float epsilon = op.getEpsilon().convertToFloat();
    for (int64_t i = 0; i < input.rows; ++i) {
      const float *row = input.row(i);
      auto moments = numerics::rowMoments(row, input.columns, epsilon);
      for (int64_t j = 0; j < input.columns; ++j)
        codes.row(i)[j] = numerics::toByte(
            numerics::normalize(row[j], moments, gamma[j], beta[j]));
    }
    return result;
  }
};

} // namespace

void mixq::ops::attachLayerNormQuantize(mlir::MLIRContext &context) {
  LayerNormQuantizeOp::attachInterface<LayerNormQuantizeModel,
                                       RowWise<LayerNormQuantizeOp, 0>>(
      context);
}
