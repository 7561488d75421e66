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

class QAttentionTile {
public:
  QAttentionTile(KernelBuilder &k, const AttentionShape &shape,
                 const QAttentionHead &head,
                 const QAttentionParameters &parameters,
                 const QAttentionScratch &scratch, const QueryTile &tile,
                 ResultRows resultRows)
      : k(k), shape(shape), head(head), parameters(parameters),
        scratch(scratch), tile(tile), resultRows(resultRows) {}

  void emit() {
    if (shape.usesMatrices(ProductType::U8S8, k.target))
      return emitWithMatrices();
    const int64_t productRows = shape.productRows(ProductType::U8S8, k.target);
    emitProducts(k, tile.rows, productRows,
                 [&](Value first, int64_t rows) { emitScoresOf(first, rows); });
    emitSoftmax();
    emitProducts(k, tile.rows, productRows, [&](Value first, int64_t rows) {
      emitResultsOf(first, rows);
    });
  }

private:
  void emitWithMatrices() {
    const AttentionMatrices &matrices = scratch.matrices;
    MatrixOperands operands{queriesFrom(k.index(0)), head.keys,
                            head.corrections,        head.values,
                            scratch.scores,          scratch.codes};
    matrices.begin(k, tile.rows);
    matrices.emitScores(k, operands);
    emitSoftmax();
    KernelBuilder::Values rows = resultRows(tile);
    matrices.emitValues(k, operands, tile.rows,
                        [&](int64_t r, int64_t column, ValueRange sums) {
                          store(rows[r], multiplierOf(k.index(0), r), column,
                                sums);
                        });
    matrices.end(k);
  }

  Value queriesFrom(Value first) {
    return k.at(head.queries,
                k.mul(k.add(tile.row, first), shape.inputRowBytes));
  }
  Value multiplierOf(Value first, int64_t r) {
    return k.at(k.at(scratch.multipliers, k.mul(first, 4)), r * 4);
  }

  /// The scores of `rows` queries; sums start as the corrections of the keys.
  void emitScoresOf(Value first, int64_t rows) {
    auto init = [&](Value firstKey, int64_t vectors) {
      KernelBuilder::Values columns, sums;
      for (int64_t v = 0; v < vectors; ++v)
        columns.push_back(
            k.load(k.vec(k.i32(), k.target.lanes),
                   k.at(k.at(head.corrections, k.mul(firstKey, 4)),
                        v * k.target.lanes * 4)));
      for (int64_t r = 0; r < rows; ++r)
        sums.append(columns);
      return sums;
    };
    Value scores = k.at(scratch.scores, k.mul(first, shape.paddedTokens() * 4));
    emitScores(k, shape,
               {ProductType::U8S8, queriesFrom(first), head.keys, scores}, rows,
               init);
  }

  void emitSoftmax() {
    Value bias;
    if (head.bias)
      bias = k.at(head.bias, k.mul(tile.row, shape.tokens * 4));
    emitSoftmaxTile(k, shape, parameters,
                    {tile.rows, scratch.scores, scratch.codes, scratch.sums,
                     scratch.multipliers, bias});
  }

  /// The product of the probabilities of `rows` queries with the values.
  void emitResultsOf(Value first, int64_t rows) {
    auto results = resultRows({tile.head, k.add(tile.row, first), rows});
    ValueOperands operands{
        ProductType::U8S8,
        k.at(scratch.codes, k.mul(first, shape.paddedTokens())),
        shape.paddedTokens(), head.values,
        k.target.dotGroup * shape.headColumns};
    emitWeightedValues(k, shape, operands, rows,
                       [&](int64_t column, int64_t vectors, ValueRange sums) {
                         for (int64_t r = 0; r < rows; ++r)
                           store(results[r], multiplierOf(first, r), column,
                                 sums.slice(r * vectors, vectors));
                       });
  }

  /// Sums of one row, as bytes of the result.
  void store(Value row, Value multiplier, int64_t column, ValueRange sums) {
    auto scalar = [&](Value pointer) {
      return k.broadcast(k.load(k.f32(), pointer), k.target.lanes);
    };
    Value scale = scalar(multiplier), offset = scalar(parameters.offset);
    KernelBuilder::Values ys;
    for (Value sum : sums)
      ys.push_back(emitFma(k, emitToFloat(k, sum), scale, offset));
    storeBytes(k, parameters.format.result, ys, {}, Value(), k.at(row, column),
               shape.headColumns - column);
  }

  KernelBuilder &k;
  const AttentionShape &shape;
  const QAttentionHead &head;
  const QAttentionParameters &parameters;
  const QAttentionScratch &scratch;
  const QueryTile &tile;
  ResultRows resultRows;
};

} // namespace

void emitQAttentionTile(KernelBuilder &k, const AttentionShape &shape,
                        const QAttentionHead &head,
                        const QAttentionParameters &parameters,
                        const QAttentionScratch &scratch, const QueryTile &tile,
                        ResultRows resultRows) {
  QAttentionTile(k, shape, head, parameters, scratch, tile, resultRows).emit();
}

} // namespace mixq
