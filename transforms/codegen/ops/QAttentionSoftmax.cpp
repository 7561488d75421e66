//===- QAttentionSoftmax.cpp - A row of scores as bytes -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/QAttentionSoftmax.h"

#include "transforms/codegen/Saturate.h"
#include "transforms/codegen/VectorMath.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <cmath>

using namespace mlir;

namespace mixq {
namespace {

constexpr int64_t kLanes = numerics::kSumLanes;
/// Vectors whose bytes are stored together, and the most that registers hold.
constexpr int64_t kGroup = 4;

/// 16 elements of a row.
struct Place {
  Value offset;  ///< of the first, in elements
  int64_t index; ///< of the vector; meaningless in a loop
  int64_t valid; ///< lanes before the row's end
};

/// The numbers of one row, from step to step.
class Row {
public:
  Row(KernelBuilder &k, const AttentionShape &shape, Value memory)
      : k(k), tokens(shape.tokens), memory(memory),
        held(isHeld() ? vectors() : 0) {}

  bool isHeld() const { return tokens <= kGroup * kLanes; }
  int64_t vectors() const { return roundUp(tokens, kLanes) / kLanes; }
  int64_t validAt(int64_t index) const {
    return std::min(kLanes, tokens - index * kLanes);
  }

  /// Calls `body(places, carried)` for up to four vectors at a time: once where
  /// registers hold them, else in a loop and for what is left after it.
  KernelBuilder::Values
  forEach(ValueRange init,
          llvm::function_ref<KernelBuilder::Values(ArrayRef<Place>, ValueRange)>
              body) {
    constexpr int64_t kElements = kGroup * kLanes;
    const int64_t full = isHeld() ? 0 : tokens / kElements * kElements;
    KernelBuilder::Values carried(init);
    if (full)
      carried = k.loop(k.index(0), k.index(full), kElements, init,
                       [&](Value offset, ValueRange values) {
                         SmallVector<Place> places;
                         for (int64_t i = 0; i < kGroup; ++i)
                           places.push_back(
                               {k.add(offset, k.index(i * kLanes)), i, kLanes});
                         return body(places, values);
                       });
    SmallVector<Place> rest;
    for (int64_t i = full / kLanes; i < vectors(); ++i)
      rest.push_back(placeOf(i));
    return rest.empty() ? carried : body(rest, carried);
  }

  Place placeOf(int64_t index) {
    return {k.index(index * kLanes), index, validAt(index)};
  }

  Value read(Type type, const Place &place) {
    if (isHeld() && held[place.index])
      return held[place.index];
    return k.load(type, k.at(memory, k.mul(place.offset, 4)));
  }
  void write(Value value, const Place &place) {
    if (isHeld())
      held[place.index] = value;
    else
      k.store(value, k.at(memory, k.mul(place.offset, 4)));
  }

  /// The value, with another in the lanes past the row's end.
  Value select(const Place &place, Value value, Value otherwise) {
    if (place.valid == kLanes)
      return value;
    return k.create<arith::SelectOp>(k.prefixMask(kLanes, place.valid), value,
                                     otherwise);
  }

private:
  KernelBuilder &k;
  const int64_t tokens;
  Value memory;
  std::vector<Value> held; ///< null where nothing was written yet
};

/// a > b ? a : b
Value larger(KernelBuilder &k, Value a, Value b) {
  Value isLarger = k.create<arith::CmpFOp>(arith::CmpFPredicate::OGT, a, b);
  return k.create<arith::SelectOp>(isLarger, a, b);
}

Value emitMaximum(KernelBuilder &k, Row &row) {
  Type lanes = k.vec(k.i32(), kLanes);
  Value lowest = k.constant(lanes, int64_t(INT32_MIN));
  auto maxima =
      row.forEach(lowest, [&](ArrayRef<Place> places, ValueRange carried) {
        Value maximum = carried[0];
        for (const Place &place : places)
          maximum = k.create<arith::MaxSIOp>(
              maximum, row.select(place, row.read(lanes, place), lowest));
        return KernelBuilder::Values{maximum};
      });
  return k.create<vector::ReductionOp>(vector::CombiningKind::MAXSI, maxima[0]);
}

/// Replaces the row by exp of what `exponentAt` makes of it; returns the sum in
/// 16 lanes.
Value emitExps(KernelBuilder &k, Row &row,
               llvm::function_ref<Value(const Place &)> exponentAt) {
  Value zero = k.constant(k.vec(k.f32(), kLanes), 0.0);
  auto sums =
      row.forEach(zero, [&](ArrayRef<Place> places, ValueRange carried) {
        KernelBuilder::Values exponents;
        for (const Place &place : places)
          exponents.push_back(exponentAt(place));
        KernelBuilder::Values exps = emitAlternating(
            k, exponents, [&](Value x) { return emitExp(k, x); });
        Value sum = carried[0];
        for (auto [place, exp] : llvm::zip(places, exps)) {
          Value e = row.select(place, exp, zero);
          row.write(e, place);
          sum = k.create<arith::AddFOp>(sum, e);
        }
        return KernelBuilder::Values{sum};
      });
  return emitLaneSum(k, sums[0]);
}

/// Replaces the scores by exp(float(score - maximum) * multiplier); returns
/// their sum.
Value emitExpRow(KernelBuilder &k, Row &row, Value multiplier) {
  Value top = k.broadcast(emitMaximum(k, row), kLanes);
  Value scale = k.broadcast(multiplier, kLanes);
  return emitExps(k, row, [&](const Place &place) -> Value {
    Value scores = row.read(k.vec(k.i32(), kLanes), place);
    Value below = k.create<arith::SubIOp>(scores, top);
    return k.create<arith::MulFOp>(emitToFloat(k, below), scale);
  });
}

/// Replaces the scores by x = fma(float(score), multiplier, bias); returns
/// their maximum.
Value emitBias(KernelBuilder &k, Row &row, Value bias, Value multiplier) {
  Type lanes = k.vec(k.f32(), kLanes);
  Value scale = k.broadcast(multiplier, kLanes);
  Value lowest = k.constant(lanes, -INFINITY);
  auto biased = [&](const Place &place) {
    Value scores = row.read(k.vec(k.i32(), kLanes), place);
    Value x = emitFma(k, emitToFloat(k, scores), scale,
                      k.load(lanes, k.at(bias, k.mul(place.offset, 4))));
    row.write(x, place);
    return row.select(place, x, lowest);
  };
  auto maxima =
      row.forEach(lowest, [&](ArrayRef<Place> places, ValueRange carried) {
        Value maximum = carried[0];
        for (const Place &place : places)
          maximum = larger(k, biased(place), maximum);
        return KernelBuilder::Values{maximum};
      });
  // A vector.reduction would ask at every step whether an element is NaN.
  return emitLaneReduction(k, maxima[0],
                           [&](Value a, Value b) { return larger(k, a, b); });
}

/// Replaces x by exp(x - maximum); returns their sum.
Value emitBiasedExpRow(KernelBuilder &k, Row &row, Value maximum) {
  Type lanes = k.vec(k.f32(), kLanes);
  Value top = k.broadcast(maximum, kLanes);
  return emitExps(k, row, [&](const Place &place) -> Value {
    return k.create<arith::SubFOp>(row.read(lanes, place), top);
  });
}

/// The probabilities e * factor as bytes. What the bytes past the last token
/// meet is zero.
void storeProbabilities(KernelBuilder &k, Row &row, int64_t tokens,
                        const QAttentionParameters &parameters, Value codes,
                        Value factor) {
  Value scale = k.broadcast(factor, kLanes);
  Type lanes = k.vec(k.f32(), kLanes);
  auto storeGroup = [&](Value offset, int64_t vectors) {
    KernelBuilder::Values probabilities;
    for (int64_t v = 0; v < vectors; ++v) {
      Place place{k.add(offset, k.index(v * kLanes)), v, kLanes};
      probabilities.push_back(
          k.create<arith::MulFOp>(row.read(lanes, place), scale));
    }
    storeBytes(k, parameters.format.probabilities, probabilities, {},
               parameters.encoder, k.at(codes, offset), vectors * kLanes);
  };
  constexpr int64_t kElements = kGroup * kLanes;
  const int64_t full = row.isHeld() ? 0 : tokens / kElements * kElements;
  if (full)
    k.loop(0, full, kElements,
           [&](Value offset) { storeGroup(offset, kGroup); });
  if (int64_t rest = tokens - full)
    storeGroup(k.index(full), roundUp(rest, kLanes) / kLanes);
}

/// The same where the row's sum of bytes scales its result; returns that sum,
/// as fp32.
Value storeSummedProbabilities(KernelBuilder &k, Row &row,
                               const QAttentionParameters &parameters,
                               Value codes, Value factor) {
  Value scale = k.broadcast(factor, kLanes);
  Type integers = k.vec(k.i32(), kLanes);
  Value zero = k.constant(integers, int64_t(0));
  auto bytesAt = [&](const Place &place) -> Value {
    Value e = row.read(k.vec(k.f32(), kLanes), place);
    Value p = k.create<arith::MulFOp>(e, scale);
    Value bytes =
        emitBytes(k, parameters.format.probabilities, p, parameters.encoder);
    k.store(bytes, k.at(codes, place.offset));
    return row.select(place, k.create<arith::ExtUIOp>(integers, bytes), zero);
  };
  auto sums =
      row.forEach(zero, [&](ArrayRef<Place> places, ValueRange carried) {
        Value sum = carried[0];
        for (const Place &place : places)
          sum = k.add(sum, bytesAt(place));
        return KernelBuilder::Values{sum};
      });
  Value total =
      k.create<vector::ReductionOp>(vector::CombiningKind::ADD, sums[0]);
  return k.create<arith::SIToFPOp>(k.f32(), total);
}

} // namespace

void emitSoftmaxRow(KernelBuilder &k, const AttentionShape &shape,
                    const QAttentionParameters &parameters,
                    const SoftmaxRow &at) {
  Row row(k, shape, at.scores);
  Value multiplier = k.load(k.f32(), parameters.score);
  Value sum =
      at.bias ? emitBiasedExpRow(k, row, emitBias(k, row, at.bias, multiplier))
              : emitExpRow(k, row, multiplier);
  Value factor = k.load(k.f32(), parameters.probability);
  Value result = k.load(k.f32(), parameters.multiplier);
  if (parameters.format.isRowScaled) {
    Value total =
        storeSummedProbabilities(k, row, parameters, at.codes, factor);
    result = k.create<arith::DivFOp>(result, total);
  } else {
    storeProbabilities(k, row, shape.tokens, parameters, at.codes,
                       k.create<arith::DivFOp>(factor, sum));
  }
  k.store(result, at.multiplier);
}

} // namespace mixq
