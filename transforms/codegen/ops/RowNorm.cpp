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

/// Of each row the sum of `term(row, sum so far, x)`, in 16 lanes. Lanes of the
/// last vector that are past the row keep what they have.
KernelBuilder::Values
emitRowSums(KernelBuilder &k, const RowNorm &norm,
            llvm::function_ref<Value(size_t, Value, Value)> term) {
  Type lanes = k.vec(k.f32(), kLanes);
  auto add = [&](Value column, size_t row, Value sum) {
    Value x = k.load(lanes, k.at(norm.rows[row], k.mul(column, 4)));
    return term(row, sum, x);
  };
  int64_t rest = norm.columns % kLanes, full = norm.columns - rest;
  KernelBuilder::Values zeros(norm.rows.size(), k.constant(lanes, 0.0));
  auto sums = k.loop(k.index(0), k.index(full), kLanes, zeros,
                     [&](Value column, ValueRange carried) {
                       KernelBuilder::Values next;
                       for (auto [row, sum] : llvm::enumerate(carried))
                         next.push_back(add(column, row, sum));
                       return next;
                     });
  for (auto [row, sum] : llvm::enumerate(sums)) {
    if (rest)
      sum = k.create<arith::SelectOp>(k.prefixMask(kLanes, rest),
                                      add(k.index(full), row, sum), sum);
    sum = emitLaneSum(k, sum);
  }
  return sums;
}

/// What is subtracted from every element of a row, and then multiplied with it.
struct Moments {
  Value mean, rstd;
};

SmallVector<Moments> emitMoments(KernelBuilder &k, const RowNorm &norm) {
  Value reciprocal = k.constant(k.f32(), double(1.0f / norm.columns));
  auto sums = emitRowSums(k, norm, [&](size_t, Value sum, Value x) -> Value {
    return k.create<arith::AddFOp>(sum, x);
  });
  KernelBuilder::Values means;
  for (Value sum : sums)
    means.push_back(
        k.broadcast(k.create<arith::MulFOp>(sum, reciprocal), kLanes));
  auto squares = emitRowSums(k, norm, [&](size_t row, Value sum, Value x) {
    Value centred = k.create<arith::SubFOp>(x, means[row]);
    return emitFma(k, centred, centred, sum);
  });
  SmallVector<Moments> moments;
  for (auto [mean, square] : llvm::zip(means, squares)) {
    Value variance = emitFma(k, square, reciprocal,
                             k.constant(k.f32(), double(norm.epsilon)));
    Value deviation = k.create<math::SqrtOp>(variance);
    Value rstd = k.create<arith::DivFOp>(k.constant(k.f32(), 1.0), deviation);
    moments.push_back({mean, k.broadcast(rstd, kLanes)});
  }
  return moments;
}

} // namespace

void emitRowNorm(KernelBuilder &k, const RowNorm &norm,
                 llvm::function_ref<void(ValueRange, Value, int64_t)> sink) {
  Type lanes = k.vec(k.f32(), kLanes);
  SmallVector<Moments> moments = emitMoments(k, norm);
  auto emitVectors = [&](Value column, int64_t valid) {
    Value bytes = k.mul(column, 4);
    Value gamma = k.load(lanes, k.at(norm.gamma, bytes));
    Value beta = k.load(lanes, k.at(norm.beta, bytes));
    KernelBuilder::Values ys;
    for (auto [row, moment] : llvm::zip(norm.rows, moments)) {
      Value x = k.load(lanes, k.at(row, bytes));
      Value centred = k.create<arith::SubFOp>(x, moment.mean);
      Value scaled = k.create<arith::MulFOp>(centred, moment.rstd);
      ys.push_back(emitFma(k, scaled, gamma, beta));
    }
    sink(ys, column, valid);
  };
  int64_t rest = norm.columns % kLanes, full = norm.columns - rest;
  k.loop(0, full, kLanes, [&](Value column) { emitVectors(column, kLanes); });
  if (rest)
    emitVectors(k.index(full), rest);
}

} // namespace mixq
