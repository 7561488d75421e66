//===- Pool.cpp - mixq.pool -----------------------------------------------===//
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

struct PoolModel : FloatModel<PoolModel, PoolOp> {
  template <typename T>
  static Tensor compute(PoolOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    Matrix<const T> input = viewOf<T>(operands[0]);
    T *mean = result.mutableData<T>();
    for (int64_t i = 0; i < input.rows; ++i)
      for (int64_t j = 0; j < input.columns; ++j)
        mean[j] += input.row(i)[j];
    T reciprocal = T(1) / static_cast<T>(input.rows);
    for (int64_t j = 0; j < input.columns; ++j)
      mean[j] *= reciprocal;
    return result;
  }
};

} // namespace

void mixq::ops::attachPool(mlir::MLIRContext &context) {
  PoolOp::attachInterface<PoolModel>(context);
}
