//===- AttentionTile.cpp - One tile of fp32 attention ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/AttentionTile.h"

#include "transforms/codegen/VectorMath.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <cmath>

using namespace mlir;

namespace mixq {
namespace {

constexpr int64_t kLanes = numerics::kSumLanes;

Value select(KernelBuilder &k, int64_t valid, Value value, double otherwise) {
  if (valid == kLanes)
    return value;
  return k.create<arith::SelectOp>(k.prefixMask(kLanes, valid), value,
                                   k.constant(value.getType(), otherwise));
}

Value emitRowMaximum(KernelBuilder &k, const AttentionShape &shape, Value row) {
  Type lanes = k.vec(k.f32(), kLanes);
  auto maxima = emitRowVectors(
      k, shape.tokens, k.constant(lanes, -INFINITY),
      [&](Value offset, int64_t valid, ValueRange carried) {
        Value scores = k.load(lanes, k.at(row, k.mul(offset, 4)));
        scores = select(k, valid, scores, -INFINITY);
        Value larger = k.create<arith::CmpFOp>(arith::CmpFPredicate::OGT,
                                               scores, carried[0]);
        return KernelBuilder::Values{
            k.create<arith::SelectOp>(larger, scores, carried[0])};
      });
  return k.create<vector::ReductionOp>(vector::CombiningKind::MAXNUMF,
                                       maxima[0]);
}

/// Replaces a row of scores by exp((score - maximum) * multiplier) and returns
/// one over their sum.
Value emitRowExp(KernelBuilder &k, const AttentionShape &shape, Value row,
                 Value multiplier) {
  Type lanes = k.vec(k.f32(), kLanes);
  Value top = k.broadcast(emitRowMaximum(k, shape, row), kLanes);
  Value scale = k.broadcast(multiplier, kLanes);
  auto sums = emitRowVectors(
      k, shape.tokens, k.constant(lanes, 0.0),
      [&](Value offset, int64_t valid, ValueRange carried) {
        Value pointer = k.at(row, k.mul(offset, 4));
        Value below = k.create<arith::SubFOp>(k.load(lanes, pointer), top);
        Value x = k.create<arith::MulFOp>(below, scale);
        Value e = select(k, valid, emitExp(k, x), 0.0);
        k.store(e, pointer);
        return KernelBuilder::Values{k.create<arith::AddFOp>(carried[0], e)};
      });
  return k.create<arith::DivFOp>(k.constant(k.f32(), 1.0),
                                 emitLaneSum(k, sums[0]));
}

/// Replaces a row of scores by fma(score, multiplier, bias).
void emitRowBias(KernelBuilder &k, const AttentionShape &shape, Value row,
                 Value bias, Value multiplier) {
  Type lanes = k.vec(k.f32(), kLanes);
  Value scale = k.broadcast(multiplier, kLanes);
  emitRowVectors(k, shape.tokens, {}, [&](Value offset, int64_t, ValueRange) {
    Value bytes = k.mul(offset, 4);
    Value pointer = k.at(row, bytes);
    k.store(emitFma(k, k.load(lanes, pointer), scale,
                    k.load(lanes, k.at(bias, bytes))),
            pointer);
    return KernelBuilder::Values();
  });
}

void emitTileValues(KernelBuilder &k, const AttentionShape &shape,
                    const AttentionHead &head, const QueryTile &tile,
                    Value scores, Value reciprocals, ValueRange rows) {
  int64_t lanes = k.target.lanes;
  Value values = k.at(head.queries, 2 * shape.columns() * 4);
  ValueOperands operands{ProductType::F32, scores, shape.paddedTokens() * 4,
                         values, shape.inputRowBytes};
  emitWeightedValues(
      k, shape, operands, tile.rows,
      [&](int64_t column, int64_t vectors, ValueRange sums) {
        for (int64_t i = 0; i < tile.rows * vectors; ++i) {
          Value scale = k.broadcast(
              k.load(k.f32(), k.at(reciprocals, i / vectors * 4)), lanes);
          int64_t first = column + i % vectors * lanes;
          k.storeFirst(k.create<arith::MulFOp>(sums[i], scale),
                       shape.valueLanes(first, k.target),
                       k.at(rows[i / vectors], first * 4));
        }
      });
}

void emitTileScores(KernelBuilder &k, const AttentionShape &shape,
                    const AttentionHead &head, const QueryTile &tile,
                    Value scores) {
  Value queries = k.at(head.queries, k.mul(tile.row, shape.inputRowBytes));
  Value zero = k.constant(k.vec(k.f32(), k.target.lanes), 0.0);
  emitScores(k, shape, {ProductType::F32, queries, head.keys, scores},
             tile.rows, [&](Value, int64_t vectors) {
               return KernelBuilder::Values(tile.rows * vectors, zero);
             });
}

} // namespace

void emitPackKeys(KernelBuilder &k, const AttentionShape &shape,
                  const AttentionHead &head) {
  int64_t columns = k.target.tileColumns();
  Value source = k.at(head.queries, shape.columns() * 4);
  k.loop(0, shape.tokens, 1, [&](Value token) {
    Value panel =
        k.mul(k.divide(token, columns), shape.headColumns * columns * 4);
    Value start =
        k.at(k.at(head.keys, panel), k.mul(k.remainder(token, columns), 4));
    Value key = k.load(k.vec(k.f32(), shape.headColumns),
                       k.at(source, k.mul(token, shape.inputRowBytes)));
    for (int64_t c = 0; c < shape.headColumns; ++c)
      k.store(k.create<vector::ExtractOp>(key, ArrayRef<int64_t>{c}),
              k.at(start, c * columns * 4));
  });
}

void emitAttentionTile(KernelBuilder &k, const AttentionShape &shape,
                       const AttentionHead &head, Value multiplier,
                       const AttentionScratch &scratch, const QueryTile &tile,
                       ValueRange rows) {
  int64_t rowBytes = shape.paddedTokens() * 4;
  emitTileScores(k, shape, head, tile, scratch.scores);
  k.loop(0, tile.rows, 1, [&](Value r) {
    Value row = k.at(scratch.scores, k.mul(r, rowBytes));
    Value scale = k.load(k.f32(), multiplier);
    if (head.bias) {
      Value query = k.add(tile.row, r);
      emitRowBias(k, shape, row,
                  k.at(head.bias, k.mul(query, shape.tokens * 4)), scale);
      scale = k.constant(k.f32(), 1.0);
    }
    k.store(emitRowExp(k, shape, row, scale),
            k.at(scratch.reciprocals, k.mul(r, 4)));
  });
  emitTileValues(k, shape, head, tile, scratch.scores, scratch.reciprocals,
                 rows);
}

} // namespace mixq
