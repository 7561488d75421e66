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

/// The product of the probabilities with the values, row by row to
/// `sink(row, column, sums)`.
void emitTileValues(
    KernelBuilder &k, const AttentionShape &shape, const QAttentionHead &head,
    int64_t rows, Value codes,
    llvm::function_ref<void(int64_t, int64_t, ValueRange)> sink) {
  ValueOperands operands{ProductType::U8S8, codes, shape.paddedTokens(),
                         head.values, k.target.dotGroup * shape.headColumns};
  emitWeightedValues(k, shape, operands, rows,
                     [&](int64_t column, int64_t vectors, ValueRange sums) {
                       for (int64_t r = 0; r < rows; ++r)
                         sink(r, column, sums.slice(r * vectors, vectors));
                     });
}

void emitSoftmax(KernelBuilder &k, const AttentionShape &shape,
                 const QAttentionHead &head,
                 const QAttentionParameters &parameters, const QueryTile &tile,
                 const QAttentionScratch &scratch) {
  Value bias;
  if (head.bias)
    bias = k.at(head.bias, k.mul(tile.row, shape.tokens * 4));
  emitSoftmaxTile(k, shape, parameters,
                  {tile.rows, scratch.scores, scratch.codes, scratch.sums,
                   scratch.multipliers, bias});
}

} // namespace

void emitQAttentionTile(KernelBuilder &k, const AttentionShape &shape,
                        const QAttentionHead &head,
                        const QAttentionParameters &parameters,
                        const QAttentionScratch &scratch, const QueryTile &tile,
                        ResultRows resultRows) {
  auto scalar = [&](Value pointer) {
    return k.broadcast(k.load(k.f32(), pointer), k.target.lanes);
  };
  auto finish = [&](Value row, Value multiplier, int64_t column,
                    ValueRange sums) {
    Value scale = scalar(multiplier), offset = scalar(parameters.offset);
    KernelBuilder::Values ys;
    for (Value sum : sums)
      ys.push_back(emitFma(k, emitToFloat(k, sum), scale, offset));
    storeBytes(k, parameters.format.result, ys, {}, Value(), k.at(row, column),
               shape.headColumns - column);
  };
  auto sinkOf = [&](ValueRange rows, Value multipliers) {
    return [&finish, &k, rows, multipliers](int64_t r, int64_t column,
                                            ValueRange sums) {
      finish(rows[r], k.at(multipliers, r * 4), column, sums);
    };
  };
  if (shape.usesMatrices(ProductType::U8S8, k.target)) {
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
    KernelBuilder::Values rows = resultRows(tile);
    matrices.emitValues(k, operands, tile.rows,
                        sinkOf(rows, scratch.multipliers));
    return matrices.end(k);
  }
  const int64_t productRows = k.target.tileRows;
  const int64_t rowBytes = shape.paddedTokens();
  emitProducts(k, tile.rows, productRows, [&](Value first, int64_t rows) {
    emitTileScores(k, shape, head, {tile.head, k.add(tile.row, first), rows},
                   k.at(scratch.scores, k.mul(first, rowBytes * 4)));
  });
  emitSoftmax(k, shape, head, parameters, tile, scratch);
  emitProducts(k, tile.rows, productRows, [&](Value first, int64_t count) {
    auto rows = resultRows({tile.head, k.add(tile.row, first), count});
    emitTileValues(k, shape, head, count,
                   k.at(scratch.codes, k.mul(first, rowBytes)),
                   sinkOf(rows, k.at(scratch.multipliers, k.mul(first, 4))));
  });
}

} // namespace mixq
