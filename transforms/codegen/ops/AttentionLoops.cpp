//===- AttentionLoops.cpp - What fp32 and integer attention share ---------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/AttentionLoops.h"

using namespace mlir;

namespace mixq {

static constexpr int64_t kLanes = numerics::kSumLanes;

static int64_t elementBytesOf(ProductType type) {
  return type == ProductType::F32 ? 4 : 1;
}

void emitQueryTiles(KernelBuilder &k, const AttentionShape &shape,
                    ProductType type, Value begin, Value end,
                    llvm::function_ref<void(const QueryTile &)> body) {
  int64_t tiles = shape.rowTiles(type, k.target);
  int64_t tileRows = shape.queryRows(type, k.target);
  k.loop(begin, end, 1, {}, [&](Value task, ValueRange) {
    Value head = k.divide(task, tiles);
    Value tile = k.remainder(task, tiles);
    Value row = k.mul(tile, tileRows);
    emitForRowTile(k, shape.tokens, tileRows, tile,
                   [&](int64_t rows) { body({head, row, rows}); });
    return KernelBuilder::Values();
  });
}

void emitProducts(KernelBuilder &k, int64_t queries, int64_t productRows,
                  llvm::function_ref<void(Value, int64_t)> body) {
  if (queries <= productRows)
    return body(k.index(0), queries);
  k.loop(0, llvm::divideCeil(queries, productRows), 1, [&](Value product) {
    Value first = k.mul(product, productRows);
    emitForRowTile(k, queries, productRows, product,
                   [&](int64_t rows) { body(first, rows); });
  });
}

int64_t keyPanelBytes(const AttentionShape &shape, ProductType type,
                      const Target &target) {
  int64_t depth = type == ProductType::U8S8
                      ? target.paddedDepth(shape.headColumns)
                      : shape.headColumns;
  return depth * target.tileColumns() * elementBytesOf(type);
}

int64_t packedKeyBytes(const AttentionShape &shape, ProductType type,
                       const Target &target) {
  return shape.keyPanels(target) * keyPanelBytes(shape, type, target);
}

static void storeScores(KernelBuilder &k, const AttentionShape &shape,
                        Value scores, Value firstKey, int64_t rows,
                        int64_t vectors, ValueRange sums) {
  Value start = k.at(scores, k.mul(firstKey, 4));
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < vectors; ++v)
      k.store(sums[r * vectors + v],
              k.at(start, (r * shape.paddedTokens() + v * k.target.lanes) * 4));
}

void emitScores(
    KernelBuilder &k, const AttentionShape &shape,
    const ScoreOperands &operands, int64_t rows,
    llvm::function_ref<KernelBuilder::Values(Value, int64_t)> init) {
  const Target &target = k.target;
  int64_t group = groupOf(operands.type, target);
  int64_t columns = target.tileColumns();
  auto emitPanel = [&](Value panel, int64_t vectors) {
    TileOperands tile;
    tile.a = operands.queries;
    tile.aRowBytes = shape.inputRowBytes;
    tile.b = k.at(operands.keys,
                  k.mul(panel, keyPanelBytes(shape, operands.type, target)));
    tile.bGroupBytes = columns * group * elementBytesOf(operands.type);
    tile.groups = roundUp(shape.headColumns, group) / group;
    Value firstKey = k.mul(panel, columns);
    auto sums = emitTile(k, operands.type, rows, vectors, tile,
                         init(firstKey, vectors));
    storeScores(k, shape, operands.scores, firstKey, rows, vectors, sums);
  };
  int64_t full = shape.tokens / columns, rest = shape.tokens % columns;
  if (full)
    k.loop(0, full, 1,
           [&](Value panel) { emitPanel(panel, target.tileVectors); });
  if (rest)
    emitPanel(k.index(full), (rest + target.lanes - 1) / target.lanes);
}

KernelBuilder::Values emitRowVectors(
    KernelBuilder &k, int64_t tokens, ValueRange init,
    llvm::function_ref<KernelBuilder::Values(Value, int64_t, ValueRange)>
        body) {
  int64_t full = tokens / kLanes * kLanes;
  KernelBuilder::Values carried =
      k.loop(k.index(0), k.index(full), kLanes, init,
             [&](Value offset, ValueRange values) {
               return body(offset, kLanes, values);
             });
  if (int64_t rest = tokens - full)
    carried = body(k.index(full), rest, carried);
  return carried;
}

void emitWeightedValues(
    KernelBuilder &k, const AttentionShape &shape,
    const ValueOperands &operands, int64_t rows,
    llvm::function_ref<void(int64_t, int64_t, ValueRange)> sink) {
  const Target &target = k.target;
  int64_t group = groupOf(operands.type, target);
  Type sumType = operands.type == ProductType::F32 ? k.f32() : k.i32();
  for (int64_t column = 0; column < shape.headColumns;) {
    int64_t rest = shape.headColumns - column;
    int64_t vectors = std::min(target.tileVectors,
                               roundUp(rest, target.lanes) / target.lanes);
    TileOperands tile;
    tile.a = operands.probabilities;
    tile.aRowBytes = operands.probabilityRowBytes;
    tile.b =
        k.at(operands.values, column * group * elementBytesOf(operands.type));
    tile.bGroupBytes = operands.valueGroupBytes;
    tile.groups = roundUp(shape.tokens, group) / group;
    tile.lastLanes =
        shape.valueLanes(column + (vectors - 1) * target.lanes, target);
    Value zero = k.constant(k.vec(sumType, target.lanes), int64_t(0));
    if (operands.type == ProductType::F32)
      zero = k.constant(k.vec(sumType, target.lanes), 0.0);
    KernelBuilder::Values init(rows * vectors, zero);
    sink(column, vectors,
         emitTile(k, operands.type, rows, vectors, tile, init));
    column += vectors * target.lanes;
  }
}

} // namespace mixq
