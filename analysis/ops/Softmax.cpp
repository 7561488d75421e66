//===- Softmax.cpp - mixq.softmax -----------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/BackwardModel.h"
#include "analysis/ops/RowMath.h"

#include <numeric>

using namespace mixq;
using namespace mixq::ops;

namespace {

struct SoftmaxModel : FloatModel<SoftmaxModel, SoftmaxOp> {
  template <typename T>
  static Tensor compute(SoftmaxOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = operands[0];
    softmaxRows(mutableViewOf<T>(result));
    return result;
  }
};

/// p * (g - sum(g p)) for each row of probabilities p.
struct SoftmaxGradient : GradientModel<SoftmaxGradient, SoftmaxOp> {
  template <typename T>
  static Flows pullBack(SoftmaxOp op, const Backward &at) {
    Tensor back = at.flows[0];
    Matrix<T> gradient = mutableViewOf<T>(back);
    Matrix<const T> probability = viewOf<T>(at.results[0]);
    for (int64_t i = 0; i < gradient.rows; ++i) {
      T *g = gradient.row(i);
      const T *p = probability.row(i);
      T mean = std::inner_product(g, g + gradient.columns, p, T(0));
      for (int64_t j = 0; j < gradient.columns; ++j)
        g[j] = p[j] * (g[j] - mean);
    }
    return {back};
  }
};

} // namespace

void mixq::ops::attachSoftmax(mlir::MLIRContext &context) {
  SoftmaxOp::attachInterface<SoftmaxModel, SoftmaxGradient,
                             IdentityRelevance<SoftmaxOp>>(context);
}
