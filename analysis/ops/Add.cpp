//===- Add.cpp - mixq.add -------------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/BackwardModel.h"

#include <cmath>
#include <numeric>

using namespace mixq;
using namespace mixq::ops;

namespace {

struct AddModel : FloatModel<AddModel, AddOp> {
  template <typename T>
  static Tensor compute(AddOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    const T *lhs = operands[0].data<T>();
    const T *rhs = operands[1].data<T>();
    T *sum = result.mutableData<T>();
    for (int64_t i = 0, n = result.size(); i < n; ++i)
      sum[i] = lhs[i] + rhs[i];
    return result;
  }
};

struct AddGradient : GradientModel<AddGradient, AddOp> {
  template <typename T> static Flows pullBack(AddOp op, const Backward &at) {
    return {at.flows[0], at.flows[0]};
  }
};

double sumOf(const Tensor &tensor) {
  return std::accumulate(tensor.data<double>(),
                         tensor.data<double>() + tensor.size(), 0.0);
}

/// x R / (lhs + rhs) for an operand x.
Tensor proportionalShare(const Backward &at, unsigned operand) {
  Tensor share = zerosLike(at.operands[operand], DataType::F64);
  const double *x = at.operand<double>(operand);
  const double *sum = at.results[0].data<double>();
  double *to = share.mutableData<double>();
  for (int64_t i = 0, n = share.size(); i < n; ++i)
    to[i] = x[i] * shareOf(at.flow<double>()[i], sum[i]);
  return share;
}

/// Shares in proportion to the summands, which explode where these cancel; so
/// the operands' sums are set to the ratio of their absolute values and to the
/// total of R.
struct AddRelevance : RelevanceModel<AddRelevance, AddOp> {
  static Flows redistribute(AddOp op, const Backward &at) {
    Flows shares = {proportionalShare(at, 0), proportionalShare(at, 1)};
    double sums[] = {sumOf(shares[0]), sumOf(shares[1])};
    double total = sumOf(at.flows[0]);
    double magnitude = std::abs(sums[0]) + std::abs(sums[1]);
    for (unsigned operand = 0; operand < 2; ++operand) {
      double wanted = shareOf(std::abs(sums[operand]), magnitude) * total;
      double factor = shareOf(wanted, sums[operand]);
      double *share = shares[operand].mutableData<double>();
      for (int64_t i = 0, n = shares[operand].size(); i < n; ++i)
        share[i] *= factor;
    }
    return shares;
  }
};

} // namespace

void mixq::ops::attachAdd(mlir::MLIRContext &context) {
  AddOp::attachInterface<AddModel, AddGradient, AddRelevance,
                         RowWise<AddOp, 0, 1>>(context);
}
