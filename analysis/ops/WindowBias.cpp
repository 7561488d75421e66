//===- WindowBias.cpp - mixq.window_bias ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/WindowBias.h"

#include "analysis/ops/BackwardModel.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

/// Calls `body(score, bias, count)` for the scores of each head and window: as
/// many elements from element `score` of the scores and `bias` of the bias on.
template <typename Body>
void forEachMatrix(WindowBiasOp op, const Tensor &scores, const Tensor &bias,
                   Body body) {
  int64_t heads = bias.dim(2), count = scores.dim(1) * scores.dim(2);
  for (int64_t batch = 0; batch < scores.dim(0); ++batch)
    body(batch * count,
         biasIndex(bias, op.getGrid(), batch / heads, batch % heads) * count,
         count);
}

struct WindowBiasModel : FloatModel<WindowBiasModel, WindowBiasOp> {
  template <typename T>
  static Tensor compute(WindowBiasOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = operands[0];
    T *to = result.mutableData<T>();
    const T *from = operands[1].data<T>();
    forEachMatrix(op, result, operands[1],
                  [&](int64_t score, int64_t bias, int64_t count) {
                    for (int64_t i = 0; i < count; ++i)
                      to[score + i] += from[bias + i];
                  });
    return result;
  }
};

/// The bias gets the sum over the windows that share it.
struct WindowBiasGradient : GradientModel<WindowBiasGradient, WindowBiasOp> {
  template <typename T>
  static Flows pullBack(WindowBiasOp op, const Backward &at) {
    if (!at.wanted[1])
      return {at.flows[0], Tensor()};
    Tensor sums = zerosLike(at.operands[1], at.flows[0].type());
    T *to = sums.mutableData<T>();
    forEachMatrix(op, at.flows[0], sums,
                  [&](int64_t score, int64_t bias, int64_t count) {
                    for (int64_t i = 0; i < count; ++i)
                      to[bias + i] += at.flow<T>()[score + i];
                  });
    return {at.flows[0], sums};
  }
};

} // namespace

void mixq::ops::attachWindowBias(mlir::MLIRContext &context) {
  WindowBiasOp::attachInterface<WindowBiasModel, WindowBiasGradient,
                                IdentityRelevance<WindowBiasOp>>(context);
}
