//===- TokenOps.cpp - Verifiers of the ops that move tokens ---------------===//
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

//===----------------------------------------------------------------------===//
// ConcatOp
//===----------------------------------------------------------------------===//

LogicalResult ConcatOp::verify() {
  RankedTensorType result = getResult().getType();
  // (C1) Element types agree because all are fp32.
  if (getInputs().empty())
    return emitOpError() << "expects at least one input, got none";
  if (failed(expectRank(*this, "the result", result, 2)))
    return failure();
  for (Value input : getInputs())
    if (failed(expectRank(*this, "every input",
                          cast<RankedTensorType>(input.getType()), 2)))
      return failure();
  // (C2) A text cannot hold so many inputs that their rows overflow.
  int64_t rows = 0;
  for (Value input : getInputs()) {
    auto type = cast<RankedTensorType>(input.getType());
    if (type.getDimSize(1) != result.getDimSize(1))
      return emitOpError() << "expects every input to have the result's "
                           << result.getDimSize(1) << " columns, got " << type;
    rows += type.getDimSize(0);
  }
  return expectShape(*this, "the result", result, {rows, result.getDimSize(1)});
}

//===----------------------------------------------------------------------===//
// SliceOp
//===----------------------------------------------------------------------===//

LogicalResult SliceOp::verify() {
  RankedTensorType input = getInput().getType();
  RankedTensorType result = getResult().getType();
  // (S1)
  if (failed(expectRank(*this, "input", input, 2)) ||
      failed(expectRank(*this, "the result", result, 2)))
    return failure();
  if (input.getDimSize(1) != result.getDimSize(1))
    return emitOpError() << "expects the result to have the input's "
                         << input.getDimSize(1) << " columns, got " << result;
  if (input.getElementType() != result.getElementType())
    return emitOpError() << "expects the result to have the input's "
                         << input.getElementType() << " elements, got "
                         << result;
  // (S2) Compared without begin + rows, which may overflow.
  int64_t begin = static_cast<int64_t>(getBegin());
  int64_t last = input.getDimSize(0) - result.getDimSize(0);
  if (last < 0)
    return emitOpError() << "expects the result to have at most the input's "
                         << input.getDimSize(0) << " rows, got " << result;
  if (begin < 0 || begin > last)
    return emitOpError() << "expects a range of " << result.getDimSize(0)
                         << " rows to begin in [0, " << last << "] of the input"
                         << ", got " << begin;
  return success();
}

//===----------------------------------------------------------------------===//
// PoolOp
//===----------------------------------------------------------------------===//

LogicalResult PoolOp::verify() {
  RankedTensorType input = getInput().getType();
  // (PL1)
  if (failed(expectRank(*this, "input", input, 2)))
    return failure();
  // (PL2)
  return expectShape(*this, "the result", getResult().getType(),
                     {1, input.getDimSize(1)});
}

//===----------------------------------------------------------------------===//
// SplitQkvOp and MergeHeadsOp
//===----------------------------------------------------------------------===//

/// (SQ3) and (MH3): `batch` is [windows * heads, tokens, columns].
static LogicalResult expectWindows(Operation *op, RankedTensorType batch,
                                   int64_t windows) {
  if (windows > 0 && batch.getDimSize(0) % windows == 0)
    return success();
  return op->emitOpError() << "expects windows to be positive and to divide "
                           << batch.getDimSize(0) << ", got " << windows;
}

LogicalResult SplitQkvOp::verify() {
  RankedTensorType input = getInput().getType();
  RankedTensorType query = getQuery().getType();
  // (SQ1)
  if (failed(expectRank(*this, "input", input, 2)) ||
      failed(expectRank(*this, "query", query, 3)))
    return failure();
  if (getKey().getType() != query || getValue().getType() != query)
    return emitOpError() << "expects the results to have one type, got "
                         << query << ", " << getKey().getType() << " and "
                         << getValue().getType();
  // (SQ3)
  int64_t windows = static_cast<int64_t>(getWindows());
  if (failed(expectWindows(*this, query, windows)))
    return failure();
  // (SQ2)
  int64_t heads = query.getDimSize(0) / windows;
  return expectShape(
      *this, "input", input,
      {windows * query.getDimSize(1), 3 * heads * query.getDimSize(2)});
}

LogicalResult MergeHeadsOp::verify() {
  RankedTensorType input = getInput().getType();
  // (MH1)
  if (failed(expectRank(*this, "input", input, 3)) ||
      failed(expectRank(*this, "the result", getResult().getType(), 2)))
    return failure();
  // (MH3)
  int64_t windows = static_cast<int64_t>(getWindows());
  if (failed(expectWindows(*this, input, windows)))
    return failure();
  // (MH2)
  int64_t heads = input.getDimSize(0) / windows;
  return expectShape(
      *this, "the result", getResult().getType(),
      {windows * input.getDimSize(1), heads * input.getDimSize(2)});
}
