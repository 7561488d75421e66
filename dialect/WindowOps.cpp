//===- WindowOps.cpp - Verifiers of maps and windows ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/MixqDialect.h"
#include "dialect/ShapeChecks.h"

using namespace mlir;
using namespace mixq;

/// (RL1), (PM1), (CM1), (WP1), (WR1), (PG1): `input` is [H * W, C].
static LogicalResult expectMap(Operation *op, RankedTensorType input,
                               ArrayRef<int64_t> map) {
  if (failed(expectRank(op, "input", input, 2)))
    return failure();
  int64_t rows = input.getDimSize(0);
  bool fits = map.size() == 2 && map[0] > 0 && map[0] <= rows && map[1] > 0 &&
              map[1] <= rows && map[0] * map[1] == rows;
  if (fits)
    return success();
  return op->emitOpError() << "expects map to have two positive entries whose "
                              "product is the input's "
                           << rows << " rows, got [" << map << "]";
}

/// The result is a map of `to` tokens of the input's width.
static LogicalResult expectMapResult(Operation *op, RankedTensorType input,
                                     RankedTensorType result,
                                     ArrayRef<int64_t> to) {
  return expectShape(op, "the result", result,
                     {to[0] * to[1], input.getDimSize(1)});
}

//===----------------------------------------------------------------------===//
// RollOp
//===----------------------------------------------------------------------===//

LogicalResult RollOp::verify() {
  // (RL1)
  ArrayRef<int64_t> map = getMap(), shift = getShift();
  if (failed(expectMap(*this, getInput().getType(), map)))
    return failure();
  // (RL2)
  auto isWithin = [](int64_t value, int64_t extent) {
    return value > -extent && value < extent;
  };
  if (shift.size() == 2 && isWithin(shift[0], map[0]) &&
      isWithin(shift[1], map[1]))
    return success();
  return emitOpError() << "expects shift to have two entries, smaller in "
                          "magnitude than the map's ["
                       << map << "], got [" << shift << "]";
}

//===----------------------------------------------------------------------===//
// PadMapOp and CropMapOp
//===----------------------------------------------------------------------===//

LogicalResult PadMapOp::verify() {
  // (PM1)
  ArrayRef<int64_t> map = getMap(), to = getTo();
  if (failed(expectMap(*this, getInput().getType(), map)))
    return failure();
  // (PM2) Small enough to be multiplied.
  if (to.size() != 2 || to[0] < map[0] || to[1] < map[1] || to[0] > INT32_MAX ||
      to[1] > INT32_MAX)
    return emitOpError() << "expects `to` to have two entries, at least those "
                            "of the map ["
                         << map << "], got [" << to << "]";
  // (PM3)
  return expectMapResult(*this, getInput().getType(), getResult().getType(),
                         to);
}

LogicalResult CropMapOp::verify() {
  // (CM1)
  ArrayRef<int64_t> map = getMap(), to = getTo();
  if (failed(expectMap(*this, getInput().getType(), map)))
    return failure();
  // (CM2)
  if (to.size() != 2 || to[0] < 1 || to[1] < 1 || to[0] > map[0] ||
      to[1] > map[1])
    return emitOpError() << "expects `to` to have two positive entries, at "
                            "most those of the map ["
                         << map << "], got [" << to << "]";
  // (CM3)
  return expectMapResult(*this, getInput().getType(), getResult().getType(),
                         to);
}

//===----------------------------------------------------------------------===//
// WindowPartitionOp and WindowReverseOp
//===----------------------------------------------------------------------===//

template <typename Op> static LogicalResult verifyWindows(Op op) {
  // (WP1) (WR1)
  ArrayRef<int64_t> map = op.getMap(), window = op.getWindow();
  if (failed(expectMap(op, op.getInput().getType(), map)))
    return failure();
  // (WP2) (WR2)
  if (window.size() == 2 && window[0] > 0 && window[1] > 0 &&
      map[0] % window[0] == 0 && map[1] % window[1] == 0)
    return success();
  return op.emitOpError() << "expects window to have two positive entries that "
                             "divide those of the map ["
                          << map << "], got [" << window << "]";
}

LogicalResult WindowPartitionOp::verify() { return verifyWindows(*this); }
LogicalResult WindowReverseOp::verify() { return verifyWindows(*this); }

//===----------------------------------------------------------------------===//
// PatchMergeOp
//===----------------------------------------------------------------------===//

LogicalResult PatchMergeOp::verify() {
  RankedTensorType input = getInput().getType();
  // (PG1)
  ArrayRef<int64_t> map = getMap();
  if (failed(expectMap(*this, input, map)))
    return failure();
  // (PG2)
  return expectShape(
      *this, "the result", getResult().getType(),
      {((map[0] + 1) / 2) * ((map[1] + 1) / 2), 4 * input.getDimSize(1)});
}

//===----------------------------------------------------------------------===//
// WindowBiasOp
//===----------------------------------------------------------------------===//

LogicalResult WindowBiasOp::verify() {
  RankedTensorType scores = getScores().getType(), bias = getBias().getType();
  // (WB1)
  if (failed(expectRank(*this, "scores", scores, 3)) ||
      failed(expectRank(*this, "bias", bias, 5)))
    return failure();
  // (WB2) to (WB4)
  return expectWindowBias(*this, bias, getGrid(), scores.getShape());
}
