//===- Gelu.cpp - mixq.gelu -----------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
#include "analysis/ops/BackwardModel.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct GeluModel : FloatModel<GeluModel, GeluOp> {
  template <typename T>
  static Tensor compute(GeluOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    const T *input = operands[0].data<T>();
    T *output = result.mutableData<T>();
    for (int64_t i = 0, n = result.size(); i < n; ++i)
      output[i] = numerics::applyGelu(input[i], op.getTanh(), op.getCodes());
    return result;
  }
};

/// d/dx x Phi(x) = Phi(x) + x phi(x), with the normal density phi.
template <typename T> T geluDerivative(T x) {
  T density = std::exp(T(-0.5) * x * x) * T(M_2_SQRTPI * M_SQRT1_2 / 2);
  return T(0.5) * std::erfc(-x * T(M_SQRT1_2)) + x * density;
}

/// The same with Phi(x) = (1 + tanh(u)) / 2, u = sqrt(2 / pi) (x + a x^3).
template <typename T> T geluTanhDerivative(T x) {
  constexpr T a = T(0.044715), factor = T(M_2_SQRTPI * M_SQRT1_2);
  T tanh = std::tanh(factor * (x + a * x * x * x));
  T slope = factor * (1 + 3 * a * x * x) * (1 - tanh * tanh);
  return T(0.5) * (1 + tanh + x * slope);
}

struct GeluGradient : GradientModel<GeluGradient, GeluOp> {
  template <typename T> static Flows pullBack(GeluOp op, const Backward &at) {
    Tensor back = at.flows[0];
    T *gradient = back.mutableData<T>();
    for (int64_t i = 0, n = back.size(); i < n; ++i)
      gradient[i] *= op.getTanh() ? geluTanhDerivative(at.operand<T>(0)[i])
                                  : geluDerivative(at.operand<T>(0)[i]);
    return {back};
  }
};

} // namespace

void mixq::ops::attachGelu(mlir::MLIRContext &context) {
  GeluOp::attachInterface<GeluModel, GeluGradient, IdentityRelevance<GeluOp>,
                          RowWise<GeluOp, 0>>(context);
}
