//===- QAttentionTile.cpp - One tile of integer attention -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/QAttentionTile.h"

#include "transforms/codegen/VectorMath.h"
#include "transforms/codegen/ops/QAttentionSoftmax.h"

using namespace mlir;

namespace mixq {
namespace {

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

/// The product of the probabilities with the values, row by row of the tile to
/// `sink(row, column, sums)`.
void emitTileValues(
    KernelBuilder &k, const AttentionShape &shape, const QAttentionHead &head,
    const QueryTile &tile, const QAttentionScratch &scratch,
    llvm::function_ref<void(int64_t, int64_t, ValueRange)> sink) {
  ValueOperands operands{ProductType::U8S8, scratch.codes, shape.paddedTokens(),
                         head.values, k.target.dotGroup * shape.headColumns};
  emitWeightedValues(k, shape, operands, tile.rows,
                     [&](int64_t column, int64_t vectors, ValueRange sums) {
                       for (int64_t r = 0; r < tile.rows; ++r)
                         sink(r, column, sums.slice(r * vectors, vectors));
                     });
}

void emitSoftmax(KernelBuilder &k, const AttentionShape &shape,
                 const QAttentionHead &head,
                 const QAttentionParameters &parameters, const QueryTile &tile,
                 const QAttentionScratch &scratch) {
  k.loop(0, tile.rows, 1, [&](Value r) {
    Value bias;
    if (head.bias)
      bias = k.at(head.bias, k.mul(k.add(tile.row, r), shape.tokens * 4));
    emitSoftmaxRow(k, shape, parameters,
                   {k.at(scratch.scores, k.mul(r, shape.paddedTokens() * 4)),
                    k.at(scratch.codes, k.mul(r, shape.paddedTokens())),
                    k.at(scratch.multipliers, k.mul(r, 4)), bias});
  });
}

} // namespace

void emitQAttentionTile(KernelBuilder &k, const AttentionShape &shape,
                        const QAttentionHead &head,
                        const QAttentionParameters &parameters,
                        const QAttentionScratch &scratch, const QueryTile &tile,
                        ValueRange rows) {
  auto scalar = [&](Value pointer) {
    return k.broadcast(k.load(k.f32(), pointer), k.target.lanes);
  };
  auto finish = [&](int64_t r, int64_t column, ValueRange sums) {
    Value offset = scalar(parameters.offset);
    Value multiplier = scalar(k.at(scratch.multipliers, r * 4));
    KernelBuilder::Values ys;
    for (Value sum : sums)
      ys.push_back(emitFma(k, emitToFloat(k, sum), multiplier, offset));
    storeBytes(k, parameters.format.result, ys, {}, Value(),
               k.at(rows[r], column), shape.headColumns - column);
  };
  if (!shape.usesMatrices(ProductType::U8S8, k.target)) {
    emitTileScores(k, shape, head, tile, scratch.scores);
    emitSoftmax(k, shape, head, parameters, tile, scratch);
    return emitTileValues(k, shape, head, tile, scratch, finish);
  }
  const AttentionMatrices &matrices = scratch.matrices;
  MatrixOperands operands{
      k.at(head.queries, k.mul(tile.row, shape.inputRowBytes)),
      head.keys,
      head.corrections,
      head.values,
      scratch.scores,
      scratch.codes};
  matrices.begin(k, tile.rows);
  matrices.emitScores(k, operands);
  emitSoftmax(k, shape, head, parameters, tile, scratch);
  matrices.emitValues(k, operands, tile.rows, finish);
  matrices.end(k);
}

} // namespace mixq
