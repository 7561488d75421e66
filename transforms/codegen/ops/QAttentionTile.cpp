//===- QAttentionTile.cpp - One tile of integer attention -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/QAttentionTile.h"

#include "transforms/codegen/VectorMath.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <cmath>

using namespace mlir;

namespace mixq {
namespace {

constexpr int64_t kLanes = numerics::kSumLanes;

Value select(KernelBuilder &k, int64_t valid, Value value, Value otherwise) {
  if (valid == kLanes)
    return value;
  return k.create<arith::SelectOp>(k.prefixMask(kLanes, valid), value,
                                   otherwise);
}

Value emitRowMaximum(KernelBuilder &k, const AttentionShape &shape, Value row) {
  Type lanes = k.vec(k.i32(), kLanes);
  Value lowest = k.constant(lanes, int64_t(INT32_MIN));
  auto maxima =
      emitRowVectors(k, shape.tokens, lowest,
                     [&](Value offset, int64_t valid, ValueRange carried) {
                       Value scores =
                           k.load(lanes, k.at(row, k.mul(offset, 4)));
                       scores = select(k, valid, scores, lowest);
                       return KernelBuilder::Values{
                           k.create<arith::MaxSIOp>(carried[0], scores)};
                     });
  return k.create<vector::ReductionOp>(vector::CombiningKind::MAXSI, maxima[0]);
}

/// Replaces the scores of a row by exp(float(score - maximum) * multiplier);
/// returns their sum in 16 lanes.
Value emitRowExp(KernelBuilder &k, const AttentionShape &shape, Value row,
                 Value maximum, Value multiplier) {
  Type lanes = k.vec(k.f32(), kLanes);
  Value top = k.broadcast(maximum, kLanes);
  Value scale = k.broadcast(multiplier, kLanes);
  Value zero = k.constant(lanes, 0.0);
  auto sums = emitRowVectors(
      k, shape.tokens, zero,
      [&](Value offset, int64_t valid, ValueRange carried) {
        Value pointer = k.at(row, k.mul(offset, 4));
        Value scores = k.load(k.vec(k.i32(), kLanes), pointer);
        Value below = k.create<arith::SubIOp>(scores, top);
        Value x = k.create<arith::MulFOp>(emitToFloat(k, below), scale);
        Value e = select(k, valid, emitExp(k, x), zero);
        k.store(e, pointer);
        return KernelBuilder::Values{k.create<arith::AddFOp>(carried[0], e)};
      });
  return emitLaneSum(k, sums[0]);
}

/// The probabilities of a row as bytes; with `isRowScaled` returns their sum in
/// 16 lanes. What the bytes past the last token meet is zero.
KernelBuilder::Values emitRowBytes(KernelBuilder &k,
                                   const AttentionShape &shape,
                                   const QAttentionParameters &parameters,
                                   Value row, Value codes, Value factor) {
  Value scale = k.broadcast(factor, kLanes);
  Type integers = k.vec(k.i32(), kLanes);
  Value zero = k.constant(integers, int64_t(0));
  const AttentionFormat &format = parameters.format;
  KernelBuilder::Values init;
  if (format.isRowScaled)
    init.push_back(zero);
  return emitRowVectors(
      k, shape.tokens, init,
      [&](Value offset, int64_t valid, ValueRange carried) {
        Value e = k.load(k.vec(k.f32(), kLanes), k.at(row, k.mul(offset, 4)));
        Value p = k.create<arith::MulFOp>(e, scale);
        Value bytes = emitBytes(k, format.probabilities, p, parameters.encoder);
        k.store(bytes, k.at(codes, offset));
        if (!format.isRowScaled)
          return KernelBuilder::Values();
        Value wide = k.create<arith::ExtUIOp>(integers, bytes);
        return KernelBuilder::Values{
            k.add(carried[0], select(k, valid, wide, zero))};
      });
}

/// Replaces the scores of a row by x = fma(float(score), multiplier, bias);
/// returns their maximum.
Value emitRowBias(KernelBuilder &k, const AttentionShape &shape, Value row,
                  Value bias, Value multiplier) {
  Type lanes = k.vec(k.f32(), kLanes);
  Value scale = k.broadcast(multiplier, kLanes);
  Value lowest = k.constant(lanes, -INFINITY);
  auto maxima =
      emitRowVectors(k, shape.tokens, lowest,
                     [&](Value offset, int64_t valid, ValueRange carried) {
                       Value bytes = k.mul(offset, 4);
                       Value pointer = k.at(row, bytes);
                       Value scores = k.load(k.vec(k.i32(), kLanes), pointer);
                       Value x = emitFma(k, emitToFloat(k, scores), scale,
                                         k.load(lanes, k.at(bias, bytes)));
                       k.store(x, pointer);
                       x = select(k, valid, x, lowest);
                       Value larger = k.create<arith::CmpFOp>(
                           arith::CmpFPredicate::OGT, x, carried[0]);
                       return KernelBuilder::Values{
                           k.create<arith::SelectOp>(larger, x, carried[0])};
                     });
  return k.create<vector::ReductionOp>(vector::CombiningKind::MAXNUMF,
                                       maxima[0]);
}

/// Replaces a row of x by exp(x - maximum); returns their sum in 16 lanes.
Value emitBiasedRowExp(KernelBuilder &k, const AttentionShape &shape, Value row,
                       Value maximum) {
  Type lanes = k.vec(k.f32(), kLanes);
  Value top = k.broadcast(maximum, kLanes);
  Value zero = k.constant(lanes, 0.0);
  auto sums = emitRowVectors(
      k, shape.tokens, zero,
      [&](Value offset, int64_t valid, ValueRange carried) {
        Value pointer = k.at(row, k.mul(offset, 4));
        Value below = k.create<arith::SubFOp>(k.load(lanes, pointer), top);
        Value e = select(k, valid, emitExp(k, below), zero);
        k.store(e, pointer);
        return KernelBuilder::Values{k.create<arith::AddFOp>(carried[0], e)};
      });
  return emitLaneSum(k, sums[0]);
}

/// The sum of 16 lanes of int32, as fp32.
Value emitTotal(KernelBuilder &k, Value lanes) {
  Value total =
      k.create<vector::ReductionOp>(vector::CombiningKind::ADD, lanes);
  return k.create<arith::SIToFPOp>(k.f32(), total);
}

/// The bytes of a row of scores, and the multiplier of its result. `bias` is
/// the row's, or null.
void emitSoftmaxRow(KernelBuilder &k, const AttentionShape &shape,
                    const QAttentionParameters &parameters, Value row,
                    Value codes, Value resultMultiplier, Value bias) {
  Value multiplier = k.load(k.f32(), parameters.score);
  Value sum;
  if (bias)
    sum = emitBiasedRowExp(k, shape, row,
                           emitRowBias(k, shape, row, bias, multiplier));
  else
    sum = emitRowExp(k, shape, row, emitRowMaximum(k, shape, row), multiplier);
  bool isRowScaled = parameters.format.isRowScaled;
  Value factor = k.load(k.f32(), parameters.probability);
  if (!isRowScaled)
    factor = k.create<arith::DivFOp>(factor, sum);
  auto total = emitRowBytes(k, shape, parameters, row, codes, factor);
  Value result = k.load(k.f32(), parameters.multiplier);
  if (isRowScaled)
    result = k.create<arith::DivFOp>(result, emitTotal(k, total[0]));
  k.store(result, resultMultiplier);
}

void emitTileScores(KernelBuilder &k, const AttentionShape &shape,
                    const QAttentionHead &head, const QueryTile &tile,
                    Value scores) {
  Value queries = k.at(head.queries, k.mul(tile.row, shape.inputRowBytes));
  emitScores(k, shape, {ProductType::U8S8, queries, head.keys, scores},
             tile.rows, [&](Value firstKey, int64_t vectors) {
               KernelBuilder::Values columns, init;
               for (int64_t v = 0; v < vectors; ++v)
                 columns.push_back(
                     k.load(k.vec(k.i32(), k.target.lanes),
                            k.at(k.at(head.corrections, k.mul(firstKey, 4)),
                                 v * k.target.lanes * 4)));
               for (int64_t r = 0; r < tile.rows; ++r)
                 init.append(columns);
               return init;
             });
}

void emitTileValues(KernelBuilder &k, const AttentionShape &shape,
                    const QAttentionHead &head,
                    const QAttentionParameters &parameters,
                    const QueryTile &tile, const QAttentionScratch &scratch,
                    ValueRange rows) {
  int64_t lanes = k.target.lanes;
  ValueOperands operands{ProductType::U8S8, scratch.codes, shape.paddedTokens(),
                         head.values, k.target.dotGroup * shape.headColumns};
  emitWeightedValues(
      k, shape, operands, tile.rows,
      [&](int64_t column, int64_t vectors, ValueRange sums) {
        auto scalar = [&](Value pointer) {
          return k.broadcast(k.load(k.f32(), pointer), lanes);
        };
        Value offset = scalar(parameters.offset);
        for (int64_t i = 0; i < tile.rows * vectors; ++i) {
          Value multiplier = scalar(k.at(scratch.multipliers, i / vectors * 4));
          Value y = emitFma(k, emitToFloat(k, sums[i]), multiplier, offset);
          int64_t first = column + i % vectors * lanes;
          k.storeFirst(emitBytes(k, parameters.format.result, y, Value()),
                       shape.valueLanes(first, k.target),
                       k.at(rows[i / vectors], first));
        }
      });
}

} // namespace

void emitQAttentionTile(KernelBuilder &k, const AttentionShape &shape,
                        const QAttentionHead &head,
                        const QAttentionParameters &parameters,
                        const QAttentionScratch &scratch, const QueryTile &tile,
                        ValueRange rows) {
  emitTileScores(k, shape, head, tile, scratch.scores);
  k.loop(0, tile.rows, 1, [&](Value r) {
    Value bias;
    if (head.bias)
      bias = k.at(head.bias, k.mul(k.add(tile.row, r), shape.tokens * 4));
    emitSoftmaxRow(k, shape, parameters,
                   k.at(scratch.scores, k.mul(r, shape.paddedTokens() * 4)),
                   k.at(scratch.codes, k.mul(r, shape.paddedTokens())),
                   k.at(scratch.multipliers, k.mul(r, 4)), bias);
  });
  emitTileValues(k, shape, head, parameters, tile, scratch, rows);
}

} // namespace mixq
