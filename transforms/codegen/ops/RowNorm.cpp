//===- RowNorm.cpp - The normalisation of one row -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/RowNorm.h"

#include "transforms/codegen/VectorMath.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace mixq {
namespace {

constexpr int64_t kLanes = numerics::kSumLanes;

/// The sum over a row of `term(lanes so far, x)`, in 16 lanes. Lanes of the
/// last vector that are past the row keep what they have.
Value emitRowSum(KernelBuilder &k, const RowNorm &norm,
                 llvm::function_ref<Value(Value, Value)> term) {
  Type lanes = k.vec(k.f32(), kLanes);
  auto add = [&](Value column, Value sum) {
    return term(sum, k.load(lanes, k.at(norm.row, k.mul(column, 4))));
  };
  int64_t rest = norm.columns % kLanes, full = norm.columns - rest;
  Value sum = k.loop(k.index(0), k.index(full), kLanes, k.constant(lanes, 0.0),
                     [&](Value column, ValueRange carried) {
                       return KernelBuilder::Values{add(column, carried[0])};
                     })[0];
  if (rest)
    sum = k.create<arith::SelectOp>(k.prefixMask(kLanes, rest),
                                    add(k.index(full), sum), sum);
  return emitLaneSum(k, sum);
}

/// What is subtracted from every element, and then multiplied with it.
struct Moments {
  Value mean, rstd;
};

Moments emitMoments(KernelBuilder &k, const RowNorm &norm) {
  Value reciprocal = k.constant(k.f32(), double(1.0f / norm.columns));
  Value sum = emitRowSum(k, norm, [&](Value carried, Value x) -> Value {
    return k.create<arith::AddFOp>(carried, x);
  });
  Value mean = k.broadcast(k.create<arith::MulFOp>(sum, reciprocal), kLanes);
  Value squares = emitRowSum(k, norm, [&](Value carried, Value x) -> Value {
    Value centred = k.create<arith::SubFOp>(x, mean);
    return emitFma(k, centred, centred, carried);
  });
  Value variance = emitFma(k, squares, reciprocal,
                           k.constant(k.f32(), double(norm.epsilon)));
  Value deviation = k.create<math::SqrtOp>(variance);
  Value rstd = k.create<arith::DivFOp>(k.constant(k.f32(), 1.0), deviation);
  return {mean, k.broadcast(rstd, kLanes)};
}

} // namespace

void emitRowNorm(KernelBuilder &k, const RowNorm &norm,
                 llvm::function_ref<void(Value, Value, int64_t)> sink) {
  Type lanes = k.vec(k.f32(), kLanes);
  Moments moments = emitMoments(k, norm);
  auto emitVector = [&](Value column, int64_t valid) {
    Value bytes = k.mul(column, 4);
    Value x = k.load(lanes, k.at(norm.row, bytes));
    Value centred = k.create<arith::SubFOp>(x, moments.mean);
    Value scaled = k.create<arith::MulFOp>(centred, moments.rstd);
    sink(emitFma(k, scaled, k.load(lanes, k.at(norm.gamma, bytes)),
                 k.load(lanes, k.at(norm.beta, bytes))),
         column, valid);
  };
  int64_t rest = norm.columns % kLanes, full = norm.columns - rest;
  k.loop(0, full, kLanes, [&](Value column) { emitVector(column, kLanes); });
  if (rest)
    emitVector(k.index(full), rest);
}

} // namespace mixq
