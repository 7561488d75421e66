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

/// (FA1) and (FA2), (QA1) and (QA2): input [T, 3 * H * d], result [T, H * d].
static LogicalResult verifyShapes(Operation *op, RankedTensorType input,
                                  RankedTensorType result, int64_t heads) {
  if (failed(expectRank(op, "input", input, 2)) ||
      failed(expectRank(op, "the result", result, 2)) ||
      failed(expectPositive(op, "heads", heads)))
    return failure();
  if (result.getDimSize(1) % heads != 0)
    return op->emitOpError()
           << "expects the " << heads
           << " heads to divide the result's columns, got " << result;
  return expectShape(op, "input", input,
                     {result.getDimSize(0), 3 * result.getDimSize(1)});
}

LogicalResult FusedAttentionOp::verify() {
  // (FA1) (FA2)
  if (failed(verifyShapes(*this, getInput().getType(), getResult().getType(),
                          getHeads())))
    return failure();
  // (FA3)
  return expectPositiveFinite(*this, "multiplier", getMultiplier());
}

static LogicalResult verifyParameters(QAttentionOp op) {
  std::pair<StringRef, RankedTensorType> parameters[] = {
      {"query_zero_point", op.getQueryZeroPoint().getType()},
      {"score_multiplier", op.getScoreMultiplier().getType()},
      {"probability_multiplier", op.getProbabilityMultiplier().getType()},
      {"result_multiplier", op.getResultMultiplier().getType()},
      {"result_offset", op.getResultOffset().getType()}};
  for (auto [name, type] : parameters)
    if (failed(expectOneElement(op, name, type)))
      return failure();
  return success();
}

LogicalResult QAttentionOp::verify() {
  RankedTensorType result = getResult().getType();
  // (QA1) (QA2)
  if (failed(verifyShapes(*this, getInput().getType(), result, getHeads())))
    return failure();
  // (QA3)
  if (failed(expectUnsignedBytes(*this, "input", getInput().getType())) ||
      failed(expectUnsignedBytes(*this, "the result", result)) ||
      failed(verifyParameters(*this)))
    return failure();
  // (QA4)
  constexpr int64_t kMost = 65000;
  int64_t columns = result.getDimSize(1) / static_cast<int64_t>(getHeads());
  if (result.getDimSize(0) > kMost || columns > kMost)
    return emitOpError() << "expects at most " << kMost
                         << " rows and columns a head, whose products sum "
                            "below 2^31, got "
                         << result.getDimSize(0) << " and " << columns;
  return success();
}
