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

/// What the code of e in [0, 1] stands for, in units of the scale.
template <typename T> T codeOf(mlir::Attribute quantizer, T e) {
  if (auto uniform = llvm::dyn_cast<UniformAttr>(quantizer)) {
    T reciprocal = T(1) / static_cast<T>(uniform.getScale());
    return numerics::clampCode(numerics::roundEven(e * reciprocal), T(0),
                               static_cast<T>(uniform.getType().getMaxCode()));
  }
  auto codebook = llvm::cast<CodebookAttr>(quantizer);
  T reciprocal = T(1) / static_cast<T>(codebook.getScale());
  llvm::ArrayRef<int32_t> table = codebook.getTable().asArrayRef();
  return static_cast<T>(
      numerics::nearestEntry(e * reciprocal, table.data(), table.size()));
}

struct SoftmaxModel : FloatModel<SoftmaxModel, SoftmaxOp> {
  template <typename T>
  static Tensor compute(SoftmaxOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = operands[0];
    Matrix<T> rows = mutableViewOf<T>(result);
    if (mlir::Attribute codes = op.getCodesAttr())
      softmaxRows(rows, [=](T e) { return codeOf(codes, e); });
    else
      softmaxRows(rows);
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
