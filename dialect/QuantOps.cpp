//===- QuantOps.cpp - Verifiers of quantize and dequantize ----------------===//
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

/// The number of (scale, zero_point) pairs that codes of this type have.
static int64_t countPairs(RankedTensorType codes) {
  auto type = cast<QuantizedType>(codes.getElementType());
  return type.getAxis() ? codes.getDimSize(*type.getAxis()) : 1;
}

static LogicalResult expectPairs(Operation *op, StringRef what,
                                 RankedTensorType type, int64_t pairs) {
  if (type.getNumElements() == pairs)
    return success();
  return op->emitOpError() << "expects " << what << " to have " << pairs
                           << (pairs == 1 ? " element" : " elements")
                           << ", got " << type;
}

template <typename CastOp>
static LogicalResult verifyCast(CastOp op, RankedTensorType codes) {
  // (Q1)
  if (failed(expectShape(op, "the result", op.getResult().getType(),
                         op.getInput().getType().getShape())))
    return failure();
  // (Q3)
  auto type = cast<QuantizedType>(codes.getElementType());
  if (type.getAxis() && *type.getAxis() >= codes.getRank())
    return op.emitOpError() << "expects an axis below the rank "
                            << codes.getRank() << ", got " << type;
  // (Q2)
  int64_t pairs = countPairs(codes);
  if (failed(expectPairs(op, "scale", op.getScale().getType(), pairs)))
    return failure();
  return expectPairs(op, "zero_point", op.getZeroPoint().getType(), pairs);
}

LogicalResult EncodeOp::verify() {
  // (EN1)
  RankedTensorType result = getResult().getType();
  if (failed(expectShape(*this, "the result", result,
                         getInput().getType().getShape())))
    return failure();
  // (EN2)
  if (failed(expectOneElement(*this, "scale", getScale().getType())) ||
      failed(expectOneElement(*this, "offset", getOffset().getType())))
    return failure();
  // (EN3)
  return expectShape(*this, "table", getTable().getType(),
                     {cast<CodebookType>(result.getElementType()).getSize()});
}

LogicalResult DecodeOp::verify() {
  // (DE1)
  if (failed(expectShape(*this, "the result", getResult().getType(),
                         getInput().getType().getShape())))
    return failure();
  // (DE2)
  if (failed(expectOneElement(*this, "scale", getScale().getType())))
    return failure();
  return expectOneElement(*this, "offset", getOffset().getType());
}

LogicalResult QuantizeOp::verify() {
  return verifyCast(*this, getResult().getType());
}

LogicalResult DequantizeOp::verify() {
  return verifyCast(*this, getInput().getType());
}
