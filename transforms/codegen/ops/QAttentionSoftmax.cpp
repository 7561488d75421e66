//===- QAttentionSoftmax.cpp - A tile of scores as bytes ------------------===//
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
/// Vectors whose chains alternate, and whose bytes are stored together.
constexpr int64_t kGroup = 4;

/// 16 elements of a row.
struct Place {
  Value offset;  ///< of the first, in elements
  int64_t valid; ///< lanes before the row's end
};

/// The numbers of one row, in the tile's scratch.
class Row {
public:
  Row(KernelBuilder &k, int64_t tokens, Value memory)
      : k(k), tokens(tokens), memory(memory) {}

  /// Calls `body(places, carried)` for four vectors at a time, in a loop, and
  /// for what is left after it.
  KernelBuilder::Values
  forEach(ValueRange init,
          llvm::function_ref<KernelBuilder::Values(ArrayRef<Place>, ValueRange)>
              body) {
    constexpr int64_t kElements = kGroup * kLanes;
    const int64_t full = tokens / kElements * kElements;
    KernelBuilder::Values carried(init);
    if (full)
      carried = k.loop(k.index(0), k.index(full), kElements, init,
                       [&](Value offset, ValueRange values) {
                         return body(places(offset, kElements), values);
                       });
    if (full == tokens)
      return carried;
    return body(places(k.index(full), tokens - full), carried);
  }
  void forEach(llvm::function_ref<void(ArrayRef<Place>)> body) {
    forEach({}, [&](ArrayRef<Place> places, ValueRange) {
      body(places);
      return KernelBuilder::Values();
    });
  }

  Value read(Type type, const Place &place) {
    return k.load(type, k.at(memory, k.mul(place.offset, 4)));
  }
  void write(Value value, const Place &place) {
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
  /// The vectors of `count` elements from `offset` on.
  SmallVector<Place> places(Value offset, int64_t count) {
    SmallVector<Place> places;
    for (int64_t first = 0; first < count; first += kLanes)
      places.push_back(
          {k.add(offset, k.index(first)), std::min(kLanes, count - first)});
    return places;
  }

  KernelBuilder &k;
  const int64_t tokens;
  Value memory;
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

/// The maximum of x = fma(float(score), multiplier, bias), which replaces the
/// scores.
Value emitBiasedMaximum(KernelBuilder &k, Row &row, Value bias,
                        Value multiplier) {
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

/// x - maximum, or float(score - maximum) * multiplier.
Value emitExponent(KernelBuilder &k, Value element, Value maximum,
                   Value multiplier) {
  if (isa<FloatType>(getElementTypeOrSelf(element)))
    return k.create<arith::SubFOp>(element, maximum);
  Value below = k.create<arith::SubIOp>(element, maximum);
  return k.create<arith::MulFOp>(emitToFloat(k, below), multiplier);
}

/// Replaces the row by exp of its exponents; returns their sum in 16 lanes.
Value emitExps(KernelBuilder &k, Row &row, Value maximum, Value multiplier) {
  Value zero = k.constant(k.vec(k.f32(), kLanes), 0.0);
  Value top = k.broadcast(maximum, kLanes);
  Value scale = k.broadcast(multiplier, kLanes);
  Type lanes = k.vec(maximum.getType(), kLanes);
  auto sums = row.forEach(zero, [&](ArrayRef<Place> places,
                                    ValueRange carried) {
    KernelBuilder::Values exponents;
    for (const Place &place : places)
      exponents.push_back(emitExponent(k, row.read(lanes, place), top, scale));
    KernelBuilder::Values exps =
        emitAlternating(k, exponents, [&](Value x) { return emitExp(k, x); });
    Value sum = carried[0];
    for (auto [place, exp] : llvm::zip(places, exps)) {
      Value e = row.select(place, exp, zero);
      row.write(e, place);
      sum = k.create<arith::AddFOp>(sum, e);
    }
    return KernelBuilder::Values{sum};
  });
  return sums[0];
}

/// The probabilities e * factor as bytes. What the bytes past the last token
/// meet is zero.
void storeProbabilities(KernelBuilder &k, Row &row,
                        const QAttentionParameters &parameters, Value codes,
                        Value factor) {
  Value scale = k.broadcast(factor, kLanes);
  Type lanes = k.vec(k.f32(), kLanes);
  row.forEach([&](ArrayRef<Place> places) {
    KernelBuilder::Values probabilities;
    for (const Place &place : places)
      probabilities.push_back(
          k.create<arith::MulFOp>(row.read(lanes, place), scale));
    storeBytes(k, parameters.format.probabilities, probabilities, {},
               parameters.encoder, k.at(codes, places.front().offset),
               places.size() * kLanes);
  });
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

/// The passes over a tile. Each leaves something of every row to the next.
class Softmax {
public:
  Softmax(KernelBuilder &k, const AttentionShape &shape,
          const QAttentionParameters &parameters, const SoftmaxTile &tile)
      : k(k), shape(shape), parameters(parameters), tile(tile),
        score(k.load(k.f32(), parameters.score)),
        probability(k.load(k.f32(), parameters.probability)),
        result(k.load(k.f32(), parameters.multiplier)) {}

  void emit() {
    forEachRow([&](Value r) { k.store(emitTop(r), numberOf(r)); });
    // Where the sum of a row's bytes scales its result, that of its
    // exponentials is not needed.
    const bool isRowScaled = parameters.format.isRowScaled;
    forEachRow([&](Value r) {
      Value sums = emitSums(r);
      if (!isRowScaled)
        k.store(sums, sumsOf(r));
    });
    if (!isRowScaled)
      forEachRow([&](Value r) { k.store(emitFactor(r), numberOf(r)); });
    forEachRow([&](Value r) { k.store(emitProbabilities(r), numberOf(r)); });
  }

private:
  void forEachRow(llvm::function_ref<void(Value)> body) {
    k.loop(0, tile.rows, 1, body);
  }
  Row rowAt(Value r) {
    return {k, shape.tokens,
            k.at(tile.scores, k.mul(r, shape.paddedTokens() * 4))};
  }
  Value numberOf(Value r) { return k.at(tile.numbers, k.mul(r, 4)); }
  Value sumsOf(Value r) { return k.at(tile.sums, k.mul(r, kLanes * 4)); }

  Value emitTop(Value r) {
    Row row = rowAt(r);
    if (!tile.bias)
      return emitMaximum(k, row);
    Value bias = k.at(tile.bias, k.mul(r, shape.tokens * 4));
    return emitBiasedMaximum(k, row, bias, score);
  }
  Value emitSums(Value r) {
    Row row = rowAt(r);
    Value top = k.load(tile.bias ? k.f32() : k.i32(), numberOf(r));
    return emitExps(k, row, top, score);
  }
  Value emitFactor(Value r) {
    Value sums = k.load(k.vec(k.f32(), kLanes), sumsOf(r));
    return k.create<arith::DivFOp>(probability, emitLaneSum(k, sums));
  }
  Value emitProbabilities(Value r) {
    Row row = rowAt(r);
    Value codes = k.at(tile.codes, k.mul(r, shape.paddedTokens()));
    if (parameters.format.isRowScaled)
      return k.create<arith::DivFOp>(
          result,
          storeSummedProbabilities(k, row, parameters, codes, probability));
    storeProbabilities(k, row, parameters, codes, k.load(k.f32(), numberOf(r)));
    return result;
  }

  KernelBuilder &k;
  const AttentionShape &shape;
  const QAttentionParameters &parameters;
  const SoftmaxTile &tile;
  Value score, probability, result; ///< multipliers
};

} // namespace

void emitSoftmaxTile(KernelBuilder &k, const AttentionShape &shape,
                     const QAttentionParameters &parameters,
                     const SoftmaxTile &tile) {
  Softmax(k, shape, parameters, tile).emit();
}

} // namespace mixq
