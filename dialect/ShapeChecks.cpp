//===- ShapeChecks.cpp - What verifiers share -----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/ShapeChecks.h"

#include "dialect/MixqDialect.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mixq;

// (D1)
bool mixq::hasSupportedShape(Type type) {
  auto tensor = llvm::dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return false;
  int64_t size = 1;
  for (int64_t extent : tensor.getShape()) {
    // A dynamic extent is negative.
    if (extent <= 0 || extent > INT32_MAX)
      return false;
    size *= extent;
    if (size > INT32_MAX)
      return false;
  }
  return true;
}

std::string mixq::formatShape(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(shape, os, "x");
  return text;
}

LogicalResult mixq::expectRank(Operation *op, StringRef what,
                               RankedTensorType type, int64_t rank) {
  if (type.getRank() == rank)
    return success();
  return op->emitOpError() << "expects " << what << " to have rank " << rank
                           << ", got " << type;
}

LogicalResult mixq::expectShape(Operation *op, StringRef what,
                                RankedTensorType type,
                                ArrayRef<int64_t> shape) {
  if (type.getShape() == shape)
    return success();
  return op->emitOpError() << "expects " << what << " to have the shape "
                           << formatShape(shape) << ", got " << type;
}

LogicalResult mixq::expectOneElement(Operation *op, StringRef what,
                                     RankedTensorType type) {
  if (type.getNumElements() == 1)
    return success();
  return op->emitOpError() << "expects " << what << " to have one element, got "
                           << type;
}

LogicalResult mixq::expectUnsigned(Operation *op, StringRef what,
                                   RankedTensorType type) {
  auto code = dyn_cast<QuantizedType>(type.getElementType());
  if (code && !code.getIsSigned())
    return success();
  return op->emitOpError() << "expects " << what
                           << " to have unsigned codes, got " << type;
}

LogicalResult mixq::expectUnsignedBytes(Operation *op, StringRef what,
                                        RankedTensorType type) {
  auto code = dyn_cast<QuantizedType>(type.getElementType());
  if (code && !code.getIsSigned() && code.getBits() == 8)
    return success();
  return op->emitOpError() << "expects " << what << " to be u8, got " << type;
}

LogicalResult mixq::expectUnsignedOrCodebook(Operation *op, StringRef what,
                                             RankedTensorType type) {
  auto code = dyn_cast<QuantizedType>(type.getElementType());
  if (isa<CodebookType>(type.getElementType()) || (code && !code.getIsSigned()))
    return success();
  return op->emitOpError() << "expects " << what
                           << " to have unsigned codes or entries of a "
                              "codebook, got "
                           << type;
}

LogicalResult mixq::expectWeightCodes(Operation *op, StringRef what,
                                      RankedTensorType type) {
  auto code = cast<QuantizedType>(type.getElementType());
  if (code.getIsSigned() || code.getBits() < 8)
    return success();
  return op->emitOpError() << "expects " << what
                           << " to be s8 or to have fewer bits, got " << type;
}

LogicalResult mixq::expectPositive(Operation *op, StringRef what,
                                   int64_t value) {
  if (value > 0)
    return success();
  return op->emitOpError() << "expects " << what << " to be positive, got "
                           << value;
}

LogicalResult mixq::expectPositiveFinite(Operation *op, StringRef what,
                                         const llvm::APFloat &value) {
  if (value.isFinite() && !value.isZero() && !value.isNegative())
    return success();
  llvm::SmallString<16> text;
  value.toString(text);
  return op->emitOpError() << "expects " << what
                           << " to be positive and finite, got " << text;
}

LogicalResult mixq::expectTiling(Operation *op, RankedTensorType image,
                                 ArrayRef<int64_t> patch) {
  ArrayRef<int64_t> extents = image.getShape().drop_front();
  if (extents[0] % patch[0] == 0 && extents[1] % patch[1] == 0)
    return success();
  return op->emitOpError() << "expects patches of " << formatShape(patch)
                           << " to tile the image, got " << image;
}

int64_t mixq::countPatches(RankedTensorType image, ArrayRef<int64_t> patch) {
  return (image.getDimSize(1) / patch[0]) * (image.getDimSize(2) / patch[1]);
}

LogicalResult mixq::expectLinear(Operation *op, RankedTensorType input,
                                 RankedTensorType weight,
                                 RankedTensorType result) {
  if (failed(expectRank(op, "input", input, 2)) ||
      failed(expectRank(op, "weight", weight, 2)))
    return failure();
  if (input.getDimSize(1) != weight.getDimSize(1))
    return op->emitOpError()
           << "expects weight to have the input's " << input.getDimSize(1)
           << " columns, got " << weight;
  return expectShape(op, "the result", result,
                     {input.getDimSize(0), weight.getDimSize(0)});
}

LogicalResult mixq::expectNormalization(Operation *op, RankedTensorType input,
                                        RankedTensorType gamma,
                                        RankedTensorType beta) {
  if (failed(expectRank(op, "input", input, 2)) ||
      failed(expectShape(op, "gamma", gamma, {input.getDimSize(1)})))
    return failure();
  return expectShape(op, "beta", beta, {input.getDimSize(1)});
}

LogicalResult mixq::expectGrid(Operation *op, ArrayRef<int64_t> grid) {
  constexpr int64_t kMost = INT32_MAX;
  if (grid.size() == 2 && grid[0] > 0 && grid[0] <= kMost && grid[1] > 0 &&
      grid[1] <= kMost && grid[0] * grid[1] <= kMost)
    return success();
  return op->emitOpError()
         << "expects grid to have two positive entries with a product below "
            "2^31, got ["
         << grid << "]";
}

LogicalResult mixq::expectWindowBias(Operation *op, RankedTensorType bias,
                                     ArrayRef<int64_t> grid,
                                     ArrayRef<int64_t> scores) {
  // (WB2)
  if (failed(expectGrid(op, grid)))
    return failure();
  int64_t windows = grid[0] * grid[1];
  if (scores[0] % windows != 0)
    return op->emitOpError()
           << "expects the " << windows << " windows of the grid to divide the "
           << scores[0] << " matrices of scores";
  // (WB3)
  int64_t a = bias.getDimSize(0), b = bias.getDimSize(1);
  if (a > 2 || b > 2)
    return op->emitOpError()
           << "expects the first two extents of bias to be 1 or 2, got "
           << bias;
  // (WB4)
  return expectShape(op, "bias", bias,
                     {a, b, scores[0] / windows, scores[1], scores[2]});
}
