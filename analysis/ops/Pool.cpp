//===- Pool.cpp - mixq.pool -----------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/BackwardModel.h"
#include "analysis/ops/Matrix.h"

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

/// Every row gets 1 / M of what the mean has.
template <typename T> Tensor spreadEvenly(const Backward &at) {
  Tensor back = zerosLike(at.operands[0], DataTypeOf<T>::value);
  Matrix<T> rows = mutableViewOf<T>(back);
  T reciprocal = T(1) / static_cast<T>(rows.rows);
  for (int64_t i = 0; i < rows.rows; ++i)
    for (int64_t j = 0; j < rows.columns; ++j)
      rows.row(i)[j] = at.flow<T>()[j] * reciprocal;
  return back;
}

struct PoolGradient : GradientModel<PoolGradient, PoolOp> {
  template <typename T> static Flows pullBack(PoolOp op, const Backward &at) {
    return {spreadEvenly<T>(at)};
  }
};

/// Evenly too: in proportion to the rows' values shares would explode where
/// these cancel in the mean.
struct PoolRelevance : RelevanceModel<PoolRelevance, PoolOp> {
  static Flows redistribute(PoolOp op, const Backward &at) {
    return {spreadEvenly<double>(at)};
  }
};

} // namespace

void mixq::ops::attachPool(mlir::MLIRContext &context) {
  PoolOp::attachInterface<PoolModel, PoolGradient, PoolRelevance>(context);
}
