//===- GraphOps.cpp - Verifiers of the graph level ------------------------===//
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

#define GET_OP_CLASSES
#include "dialect/MixqOps.cpp.inc"

//===----------------------------------------------------------------------===//
// ParameterOp
//===----------------------------------------------------------------------===//

/// Codes stand as i8 in `value`, whatever their width.
static Type inlineElementType(Type elementType) {
  if (isa<QuantizedType>(elementType))
    return IntegerType::get(elementType.getContext(), 8);
  return elementType;
}

static LogicalResult verifyCodes(ParameterOp op, QuantizedType type,
                                 DenseIntOrFPElementsAttr value) {
  for (const APInt &bits : value.getValues<APInt>()) {
    int64_t code = type.getIsSigned()
                       ? bits.getSExtValue()
                       : static_cast<int64_t>(bits.getZExtValue());
    if (code < type.getMinCode() || code > type.getMaxCode())
      return op.emitOpError()
             << "expects codes in [" << type.getMinCode() << ", "
             << type.getMaxCode() << "] for " << type << ", got " << code;
  }
  return success();
}

static LogicalResult verifyValue(ParameterOp op,
                                 DenseIntOrFPElementsAttr value) {
  RankedTensorType type = op.getResult().getType();
  ShapedType valueType = value.getType();
  Type elementType = inlineElementType(type.getElementType());
  // (P3)
  if (!isa<RankedTensorType>(valueType) ||
      valueType.getShape() != type.getShape() ||
      valueType.getElementType() != elementType)
    return op.emitOpError()
           << "expects a value of type "
           << RankedTensorType::get(type.getShape(), elementType)
           << " for a result of " << type << ", got " << valueType;
  // (P2)
  constexpr int64_t kMostElements = 64;
  if (type.getNumElements() > kMostElements)
    return op.emitOpError() << "expects a value of at most " << kMostElements
                            << " elements, got " << type.getNumElements();
  // (P5)
  if (auto code = dyn_cast<QuantizedType>(type.getElementType()))
    return verifyCodes(op, code, value);
  return success();
}

LogicalResult ParameterOp::verify() {
  // (P1)
  bool isNamed = getName().has_value();
  if (isNamed != getHash().has_value())
    return emitOpError() << "expects a name together with a hash, got only a "
                         << (isNamed ? "name" : "hash");
  if (isNamed == getValue().has_value())
    return emitOpError() << "expects either a name and a hash or a value, got "
                         << (isNamed ? "both" : "neither");
  if (!isNamed)
    return verifyValue(*this, *getValue());
  // (P4)
  if (!parseHash(getHash()->str()))
    return emitOpError()
           << "expects a hash of sixteen lower case hexadecimal digits, got \""
           << *getHash() << '"';
  return success();
}

//===----------------------------------------------------------------------===//
// PatchEmbedOp
//===----------------------------------------------------------------------===//

LogicalResult PatchEmbedOp::verify() {
  RankedTensorType image = getImage().getType(), weight = getWeight().getType();
  // (PE1)
  if (failed(expectRank(*this, "image", image, 3)) ||
      failed(expectRank(*this, "weight", weight, 4)) ||
      failed(expectRank(*this, "bias", getBias().getType(), 1)) ||
      failed(expectRank(*this, "the result", getResult().getType(), 2)))
    return failure();
  // (PE2)
  if (image.getDimSize(0) != weight.getDimSize(1))
    return emitOpError() << "expects weight to have the image's "
                         << image.getDimSize(0) << " channels, got " << weight;
  // (PE3)
  if (failed(expectTiling(*this, image, weight.getShape().drop_front(2))))
    return failure();
  // (PE4)
  int64_t features = weight.getDimSize(0);
  int64_t patches = countPatches(image, weight.getShape().drop_front(2));
  if (failed(expectShape(*this, "bias", getBias().getType(), {features})))
    return failure();
  return expectShape(*this, "the result", getResult().getType(),
                     {patches, features});
}

//===----------------------------------------------------------------------===//
// LinearOp
//===----------------------------------------------------------------------===//

LogicalResult LinearOp::verify() {
  // (L1) (L2) (L3)
  if (failed(expectLinear(*this, getInput().getType(), getWeight().getType(),
                          getResult().getType())))
    return failure();
  return expectShape(*this, "bias", getBias().getType(),
                     {getWeight().getType().getDimSize(0)});
}

//===----------------------------------------------------------------------===//
// MatmulOp
//===----------------------------------------------------------------------===//

LogicalResult MatmulOp::verify() {
  RankedTensorType lhs = getLhs().getType(), rhs = getRhs().getType();
  // (M1)
  if (failed(expectRank(*this, "lhs", lhs, 3)) ||
      failed(expectRank(*this, "rhs", rhs, 3)) ||
      failed(expectRank(*this, "the result", getResult().getType(), 3)))
    return failure();
  if (lhs.getDimSize(0) != rhs.getDimSize(0))
    return emitOpError() << "expects lhs and rhs to have the same batch, got "
                         << lhs << " and " << rhs;
  // (M2)
  bool isTransposed = getTransposeRhs();
  if (lhs.getDimSize(2) != rhs.getDimSize(isTransposed ? 2 : 1))
    return emitOpError() << "expects rhs to have the inner extent "
                         << lhs.getDimSize(2) << " of lhs in dimension "
                         << (isTransposed ? 2 : 1) << ", got " << rhs;
  // (M3)
  if (failed(expectShape(*this, "the result", getResult().getType(),
                         {lhs.getDimSize(0), lhs.getDimSize(1),
                          rhs.getDimSize(isTransposed ? 1 : 2)})))
    return failure();
  // (M4)
  return expectPositiveFinite(*this, "multiplier", getMultiplier());
}

//===----------------------------------------------------------------------===//
// LayerNormOp and SoftmaxOp
//===----------------------------------------------------------------------===//

LogicalResult LayerNormOp::verify() {
  // (LN1)
  RankedTensorType input = getInput().getType();
  if (input.getRank() != 2 && input.getRank() != 3)
    return emitOpError() << "expects input to have rank 2 or 3, got " << input;
  int64_t columns = input.getShape().back();
  if (failed(expectShape(*this, "gamma", getGamma().getType(), {columns})) ||
      failed(expectShape(*this, "beta", getBeta().getType(), {columns})))
    return failure();
  // (LN2)
  return expectPositiveFinite(*this, "epsilon", getEpsilon());
}

LogicalResult ChannelAffineOp::verify() {
  // (CA1)
  return expectNormalization(*this, getInput().getType(),
                             getMultiplier().getType(), getOffset().getType());
}

LogicalResult SoftmaxOp::verify() {
  // (SM1)
  if (getInput().getType().getRank() == 0)
    return emitOpError() << "expects input to have at least one dimension, got "
                         << getInput().getType();
  // (SM2)
  auto uniform = dyn_cast_or_null<UniformAttr>(getCodesAttr());
  auto codebook = dyn_cast_or_null<CodebookAttr>(getCodesAttr());
  if ((uniform &&
       (uniform.getType().getIsSigned() || uniform.getZeroPoint() != 0)) ||
      (codebook && codebook.getOffset() != 0))
    return emitOpError() << "expects codes that are unsigned and stand for 0 "
                            "and more, got "
                         << getCodesAttr();
  return success();
}
