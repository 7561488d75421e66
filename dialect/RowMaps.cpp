//===- RowMaps.cpp - Which rows the ops on maps move ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/MixqDialect.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mixq;

//===----------------------------------------------------------------------===//
// Source rows
//===----------------------------------------------------------------------===//

/// The rows of a map of `extents` tokens, each read from token `sourceOf(y, x)`
/// of the input.
template <typename SourceOf>
static SmallVector<int32_t> mapRows(ArrayRef<int64_t> extents,
                                    SourceOf sourceOf) {
  SmallVector<int32_t> rows;
  rows.reserve(extents[0] * extents[1]);
  for (int64_t y = 0; y < extents[0]; ++y)
    for (int64_t x = 0; x < extents[1]; ++x)
      rows.push_back(static_cast<int32_t>(sourceOf(y, x)));
  return rows;
}

SmallVector<int32_t> RollOp::getSourceRows() {
  ArrayRef<int64_t> map = getMap(), shift = getShift();
  return mapRows(map, [&](int64_t y, int64_t x) {
    int64_t fromY = (y - shift[0] + map[0]) % map[0];
    int64_t fromX = (x - shift[1] + map[1]) % map[1];
    return fromY * map[1] + fromX;
  });
}

SmallVector<int32_t> PadMapOp::getSourceRows() {
  ArrayRef<int64_t> map = getMap();
  return mapRows(getTo(), [&](int64_t y, int64_t x) {
    return y < map[0] && x < map[1] ? y * map[1] + x : -1;
  });
}

SmallVector<int32_t> CropMapOp::getSourceRows() {
  ArrayRef<int64_t> map = getMap();
  return mapRows(getTo(), [&](int64_t y, int64_t x) { return y * map[1] + x; });
}

/// Token `row` of the windows of a map, as a row of the map.
static int64_t rowOfWindowToken(ArrayRef<int64_t> map, ArrayRef<int64_t> window,
                                int64_t row) {
  int64_t area = window[0] * window[1], columns = map[1] / window[1];
  int64_t index = row / area, token = row % area;
  int64_t y = index / columns * window[0] + token / window[1];
  int64_t x = index % columns * window[1] + token % window[1];
  return y * map[1] + x;
}

SmallVector<int32_t> WindowPartitionOp::getSourceRows() {
  return mapRows(getMap(), [&](int64_t y, int64_t x) {
    return rowOfWindowToken(getMap(), getWindow(), y * getMap()[1] + x);
  });
}

SmallVector<int32_t> WindowReverseOp::getSourceRows() {
  int64_t tokens = getMap()[0] * getMap()[1];
  SmallVector<int32_t> rows(tokens);
  for (int64_t i = 0; i < tokens; ++i)
    rows[rowOfWindowToken(getMap(), getWindow(), i)] = static_cast<int32_t>(i);
  return rows;
}

SmallVector<int32_t> PatchMergeOp::getSourceRows() {
  ArrayRef<int64_t> map = getMap();
  SmallVector<int32_t> rows;
  for (int64_t y = 0; y < map[0]; y += 2)
    for (int64_t x = 0; x < map[1]; x += 2)
      // Columns change slowest, as in both timm and transformers.
      for (auto [dy, dx] : {std::pair{0, 0}, {1, 0}, {0, 1}, {1, 1}})
        rows.push_back(y + dy < map[0] && x + dx < map[1]
                           ? static_cast<int32_t>((y + dy) * map[1] + x + dx)
                           : -1);
  return rows;
}

//===----------------------------------------------------------------------===//
// Folders: moves that move nothing
//===----------------------------------------------------------------------===//

OpFoldResult RollOp::fold(FoldAdaptor) {
  return getShift()[0] == 0 && getShift()[1] == 0 ? getInput() : Value();
}

OpFoldResult PadMapOp::fold(FoldAdaptor) {
  return getTo() == getMap() ? getInput() : Value();
}

OpFoldResult CropMapOp::fold(FoldAdaptor) {
  return getTo() == getMap() ? getInput() : Value();
}

// Windows as wide as the map are its rows in order.
OpFoldResult WindowPartitionOp::fold(FoldAdaptor) {
  return getWindow()[1] == getMap()[1] ? getInput() : Value();
}

OpFoldResult WindowReverseOp::fold(FoldAdaptor) {
  return getWindow()[1] == getMap()[1] ? getInput() : Value();
}

//===----------------------------------------------------------------------===//
// Canonical forms
//===----------------------------------------------------------------------===//

namespace {

/// move(linear(x)) -> linear(move(x)): a linear computes row by row. Before it,
/// the move meets the attention, whose kernel stores rows wherever they belong,
/// and rows that are cut off need no product.
template <typename Op> struct MoveBeforeLinear : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op move,
                                PatternRewriter &rewriter) const override {
    auto linear = move.getInput().template getDefiningOp<LinearOp>();
    if (!linear || !linear->hasOneUse())
      return failure();
    auto input = linear.getInput().getType();
    auto type = RankedTensorType::get(
        {move.getType().getDimSize(0), input.getDimSize(1)},
        input.getElementType());
    Operation *before = rewriter.clone(*move);
    rewriter.modifyOpInPlace(before, [&] {
      before->setOperand(0, linear.getInput());
      before->getResult(0).setType(type);
    });
    // A clone keeps the attributes that analyses attached to the linear.
    auto moved = cast<LinearOp>(rewriter.clone(*linear));
    rewriter.modifyOpInPlace(moved, [&] {
      moved.getInputMutable().assign(before->getResult(0));
      moved.getResult().setType(move.getType());
    });
    rewriter.replaceOp(move, moved);
    return success();
  }
};

} // namespace

void RollOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<MoveBeforeLinear<RollOp>>(context);
}

void CropMapOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<MoveBeforeLinear<CropMapOp>>(context);
}

void WindowReverseOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                  MLIRContext *context) {
  patterns.add<MoveBeforeLinear<WindowReverseOp>>(context);
}
