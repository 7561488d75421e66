//===- AttentionOps.cpp - Verifiers of fused attention --------------------===//
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

/// (FA2), (FA6) and (QA2), (QA7): input [T, 3 * H * d], result [R, H * d].
static LogicalResult verifyRows(Operation *op, RankedTensorType input,
                                RankedTensorType result, Value rows) {
  int64_t columns = 3 * result.getDimSize(1);
  if (!rows)
    return expectShape(op, "input", input, {result.getDimSize(0), columns});
  if (failed(expectShape(op, "rows", cast<RankedTensorType>(rows.getType()),
                         {result.getDimSize(0)})))
    return failure();
  return expectShape(op, "input", input, {input.getDimSize(0), columns});
}

/// (FA4) and (QA5). Sets `tokens` of a window.
static LogicalResult verifyGrid(Operation *op, RankedTensorType input,
                                ArrayRef<int64_t> grid, int64_t &tokens) {
  if (failed(expectGrid(op, grid)))
    return failure();
  int64_t windows = grid[0] * grid[1];
  tokens = input.getDimSize(0) / windows;
  if (input.getDimSize(0) % windows == 0)
    return success();
  return op->emitOpError() << "expects the " << windows
                           << " windows of the grid to divide the input's "
                           << input.getDimSize(0) << " rows";
}

/// (FA5) and (QA6)
static LogicalResult verifyBias(Operation *op, Value bias,
                                ArrayRef<int64_t> grid, int64_t heads,
                                int64_t tokens) {
  if (!bias)
    return success();
  auto type = cast<RankedTensorType>(bias.getType());
  if (failed(expectRank(op, "bias", type, 5)))
    return failure();
  return expectWindowBias(op, type, grid,
                          {grid[0] * grid[1] * heads, tokens, tokens});
}

/// What both attentions check of their shapes. Sets `tokens` of a window.
template <typename Op>
static LogicalResult verifyShapes(Op op, int64_t &tokens) {
  RankedTensorType input = op.getInput().getType();
  RankedTensorType result = op.getResult().getType();
  int64_t heads = op.getHeads();
  // (FA1) (QA1)
  if (failed(expectRank(op, "input", input, 2)) ||
      failed(expectRank(op, "the result", result, 2)) ||
      failed(expectPositive(op, "heads", heads)))
    return failure();
  if (result.getDimSize(1) % heads != 0)
    return op->emitOpError()
           << "expects the " << heads
           << " heads to divide the result's columns, got " << result;
  // (FA2) (FA4) (FA5) (FA6), (QA2) (QA5) (QA6) (QA7)
  if (failed(verifyRows(op, input, result, op.getRows())) ||
      failed(verifyGrid(op, input, op.getGrid(), tokens)))
    return failure();
  return verifyBias(op, op.getBias(), op.getGrid(), heads, tokens);
}

LogicalResult FusedAttentionOp::verify() {
  // (FA1) (FA2) (FA4) (FA5) (FA6)
  int64_t tokens = 0;
  if (failed(verifyShapes(*this, tokens)))
    return failure();
  // (FA3)
  return expectPositiveFinite(*this, "multiplier", getMultiplier());
}

static LogicalResult verifyParameters(QAttentionOp op) {
  const int64_t heads = op.isPerHead() ? op.getHeads() : 1;
  if (failed(expectShape(op, "zero_points", op.getZeroPoints().getType(),
                         {3 * heads})))
    return failure();
  std::pair<StringRef, RankedTensorType> ofHeads[] = {
      {"score_multiplier", op.getScoreMultiplier().getType()},
      {"result_multiplier", op.getResultMultiplier().getType()}};
  for (auto [name, type] : ofHeads)
    if (failed(op.isPerHead() ? expectShape(op, name, type, {heads})
                              : expectOneElement(op, name, type)))
      return failure();
  std::pair<StringRef, RankedTensorType> shared[] = {
      {"probability_multiplier", op.getProbabilityMultiplier().getType()},
      {"result_offset", op.getResultOffset().getType()}};
  for (auto [name, type] : shared)
    if (failed(expectOneElement(op, name, type)))
      return failure();
  return success();
}

static LogicalResult verifyProbabilities(QAttentionOp op) {
  // (QA8)
  int64_t bits = op.getProbabilityBits();
  if (bits < 2 || bits > 8)
    return op.emitOpError()
           << "expects probability_bits in [2, 8], got " << bits;
  // (QA9)
  if (!op.getTable())
    return success();
  return expectShape(op, "table", op.getTable().getType(),
                     {int64_t(1) << bits});
}

LogicalResult QAttentionOp::verify() {
  RankedTensorType result = getResult().getType();
  // (QA1) (QA2) (QA5) (QA6) (QA7)
  int64_t tokens = 0;
  if (failed(verifyShapes(*this, tokens)))
    return failure();
  // (QA3)
  if (failed(expectUnsigned(*this, "input", getInput().getType())) ||
      failed(expectUnsigned(*this, "the result", result)) ||
      failed(verifyParameters(*this)) || failed(verifyProbabilities(*this)))
    return failure();
  // (QA4)
  constexpr int64_t kMost = 65000;
  int64_t columns = result.getDimSize(1) / static_cast<int64_t>(getHeads());
  if (tokens > kMost || columns > kMost)
    return emitOpError() << "expects at most " << kMost
                         << " rows and columns a head, whose products sum "
                            "below 2^31, got "
                         << tokens << " and " << columns;
  return success();
}

//===----------------------------------------------------------------------===//
// QkNormOp and QkNormQuantizeOp
//===----------------------------------------------------------------------===//

/// (QN1) to (QN3)
template <typename Op> static LogicalResult verifyQkNorm(Op op) {
  RankedTensorType input = op.getInput().getType();
  int64_t heads = op.getHeads();
  if (failed(expectRank(op, "input", input, 2)) ||
      failed(expectPositive(op, "heads", heads)) ||
      failed(expectShape(op, "the result", op.getResult().getType(),
                         input.getShape())))
    return failure();
  if (heads > input.getDimSize(1) || input.getDimSize(1) % (3 * heads) != 0)
    return op.emitOpError()
           << "expects three times the " << heads
           << " heads to divide the input's columns, got " << input;
  std::pair<StringRef, RankedTensorType> vectors[] = {
      {"query_gamma", op.getQueryGamma().getType()},
      {"query_beta", op.getQueryBeta().getType()},
      {"key_gamma", op.getKeyGamma().getType()},
      {"key_beta", op.getKeyBeta().getType()}};
  for (auto [name, type] : vectors)
    if (failed(
            expectShape(op, name, type, {input.getDimSize(1) / (3 * heads)})))
      return failure();
  return expectPositiveFinite(op, "epsilon", op.getEpsilon());
}

LogicalResult QkNormOp::verify() { return verifyQkNorm(*this); }

LogicalResult QkNormQuantizeOp::verify() {
  // (QN4)
  if (failed(verifyQkNorm(*this)))
    return failure();
  // (QN5)
  if (failed(expectOneElement(*this, "value_multiplier",
                              getValueMultiplier().getType())) ||
      failed(
          expectOneElement(*this, "value_offset", getValueOffset().getType())))
    return failure();
  return expectUnsignedBytes(*this, "the result", getResult().getType());
}
