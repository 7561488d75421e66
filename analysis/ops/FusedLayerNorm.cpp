//===- FusedLayerNorm.cpp - mixq.fused_layer_norm -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
#include "analysis/ops/GatheredRows.h"
#include "analysis/ops/OpModel.h"
#include "dialect/RowTables.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct FusedLayerNormModel : FloatModel<FusedLayerNormModel, FusedLayerNormOp> {
  Results evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands) const {
    if (mlir::failed(checkGatheredRows(op, operands[3], operands[0].dim(0))))
      return mlir::failure();
    return FloatModel::evaluate(op, operands);
  }

  template <typename T>
  static Tensor compute(FusedLayerNormOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    Matrix<T> output = mutableViewOf<T>(result);
    const T *gamma = operands[1].data<T>();
    const T *beta = operands[2].data<T>();
    T epsilon = op.getEpsilon().convertToFloat();
    GatheredRows<T> rows(operands[0], operands[3]);
    for (int64_t i = 0; i < output.rows; ++i) {
      const T *row = rows.get(i);
      if (!row)
        continue; // zeros, as the result was made
      auto moments = numerics::rowMoments(row, output.columns, epsilon);
      for (int64_t j = 0; j < output.columns; ++j)
        output.row(i)[j] =
            numerics::normalize(row[j], moments, gamma[j], beta[j]);
    }
    return result;
  }
};

} // namespace

void mixq::ops::attachFusedLayerNorm(mlir::MLIRContext &context) {
  FusedLayerNormOp::attachInterface<FusedLayerNormModel>(context);
}
