//===- KernelOps.cpp - Verifiers of the kernel level ----------------------===//
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
// ExtractPatchesOp and QuantizePatchesOp
//===----------------------------------------------------------------------===//

static LogicalResult verifyPatches(Operation *op, RankedTensorType image,
                                   ArrayRef<int64_t> patch,
                                   RankedTensorType result) {
  // (EP1)
  if (failed(expectRank(op, "image", image, 3)) ||
      failed(expectRank(op, "the result", result, 2)))
    return failure();
  if (patch.size() != 2 || patch[0] <= 0 || patch[1] <= 0)
    return op->emitOpError() << "expects patch to have two positive entries, "
                                "got ["
                             << patch << "]";
  // (EP2)
  if (failed(expectTiling(op, image, patch)))
    return failure();
  // (EP3)
  return expectShape(
      op, "the result", result,
      {countPatches(image, patch), image.getDimSize(0) * patch[0] * patch[1]});
}

LogicalResult ExtractPatchesOp::verify() {
  return verifyPatches(*this, getImage().getType(), getPatch(),
                       getResult().getType());
}

LogicalResult QuantizePatchesOp::verify() {
  // (QP1)
  if (failed(verifyPatches(*this, getImage().getType(), getPatch(),
                           getResult().getType())))
    return failure();
  // (QP2)
  if (failed(
          expectOneElement(*this, "multiplier", getMultiplier().getType())) ||
      failed(expectOneElement(*this, "zero_point", getZeroPoint().getType())))
    return failure();
  return expectUnsigned(*this, "the result", getResult().getType());
}

//===----------------------------------------------------------------------===//
// FusedLinearOp and QLinearOp
//===----------------------------------------------------------------------===//

template <typename LinearOp> static LogicalResult verifyResidual(LinearOp op) {
  bool adds = op.getEpilogue() == Epilogue::Add;
  if (adds != static_cast<bool>(op.getResidual()))
    return op.emitOpError() << "expects a residual exactly with the epilogue "
                               "add, got the epilogue "
                            << stringifyEpilogue(op.getEpilogue())
                            << (adds ? " without" : " with") << " a residual";
  if (adds && op.getResidual().getType() != op.getResult().getType())
    return op.emitOpError() << "expects residual to have the result's type "
                            << op.getResult().getType() << ", got "
                            << op.getResidual().getType();
  return success();
}

/// (FL4), (QL11)
template <typename Op> static LogicalResult verifyTanh(Op op, Epilogue gelu) {
  if (!op.getTanh() || op.getEpilogue() == gelu)
    return success();
  return op.emitOpError() << "expects tanh with the epilogue "
                          << stringifyEpilogue(gelu) << " only, got "
                          << stringifyEpilogue(op.getEpilogue());
}

LogicalResult FusedLinearOp::verify() {
  // (FL1)
  RankedTensorType weight = getWeight().getType();
  if (failed(expectLinear(*this, getInput().getType(), weight,
                          getResult().getType())) ||
      failed(expectShape(*this, "bias", getBias().getType(),
                         {weight.getDimSize(0)})))
    return failure();
  // (FL3)
  if (getEpilogue() != Epilogue::Store && getEpilogue() != Epilogue::Add &&
      getEpilogue() != Epilogue::Gelu)
    return emitOpError() << "expects the epilogue store, add or gelu, got "
                         << stringifyEpilogue(getEpilogue());
  // (FL4)
  if (failed(verifyTanh(*this, Epilogue::Gelu)))
    return failure();
  // (FL2)
  return verifyResidual(*this);
}

static LogicalResult verifyQLinearShapes(QLinearOp op) {
  // (QL1)
  RankedTensorType weight = op.getWeight().getType();
  if (failed(expectLinear(op, op.getInput().getType(), weight,
                          op.getResult().getType())))
    return failure();
  int64_t channels = weight.getDimSize(0);
  if (failed(expectShape(op, "correction", op.getCorrection().getType(),
                         {channels})) ||
      failed(expectShape(op, "multiplier", op.getMultiplier().getType(),
                         {channels})) ||
      failed(expectShape(op, "offset", op.getOffset().getType(), {channels})))
    return failure();
  // (QL6)
  constexpr int64_t kMostColumns = 65000;
  if (weight.getDimSize(1) > kMostColumns)
    return op.emitOpError()
           << "expects at most " << kMostColumns
           << " columns, whose products sum below 2^31, got " << weight;
  return success();
}

static LogicalResult verifyResultParameters(QLinearOp op) {
  // (QL4)
  bool needs = op.getEpilogue() == Epilogue::GeluRequantize;
  if (needs != static_cast<bool>(op.getResultMultiplier()) ||
      needs != static_cast<bool>(op.getResultOffset()))
    return op.emitOpError()
           << "expects result_multiplier and result_offset exactly with the "
              "epilogue gelu_requantize, got the epilogue "
           << stringifyEpilogue(op.getEpilogue())
           << (op.getResultMultiplier() ? " with" : " without")
           << " a result_multiplier and"
           << (op.getResultOffset() ? " with" : " without")
           << " a result_offset";
  if (!needs)
    return success();
  int64_t channels = op.getWeight().getType().getDimSize(0);
  if (failed(expectShape(op, "result_multiplier",
                         op.getResultMultiplier().getType(), {channels})))
    return failure();
  return expectShape(op, "result_offset", op.getResultOffset().getType(),
                     {channels});
}

static LogicalResult verifyQLinearResult(QLinearOp op) {
  // (QL5)
  RankedTensorType type = op.getResult().getType();
  if (op.getEpilogue() == Epilogue::Requantize ||
      op.getEpilogue() == Epilogue::GeluRequantize)
    return expectUnsignedOrCodebook(op, "the result", type);
  if (type.getElementType().isF32())
    return success();
  return op.emitOpError() << "expects the result to be f32 with the epilogue "
                          << stringifyEpilogue(op.getEpilogue()) << ", got "
                          << type;
}

/// `what`, [size], is given exactly where `needed`.
static LogicalResult expectExactly(Operation *op, bool needed, StringRef what,
                                   Value value, StringRef where, int64_t size) {
  if (needed != static_cast<bool>(value))
    return op->emitOpError()
           << "expects " << what << " exactly where " << where
           << ", got the op " << (needed ? "without" : "with") << " it";
  if (!needed)
    return success();
  return expectShape(op, what, cast<RankedTensorType>(value.getType()), {size});
}

static LogicalResult verifyLimit(QLinearOp op) {
  // (QL9)
  Value limit = op.getLimit();
  if (!limit)
    return success();
  auto code =
      dyn_cast<QuantizedType>(op.getResult().getType().getElementType());
  if (op.getEpilogue() != Epilogue::Requantize || !code || code.getBits() != 8)
    return op.emitOpError() << "expects limit with the epilogue requantize and "
                               "a u8 result only, got the epilogue "
                            << stringifyEpilogue(op.getEpilogue()) << " and "
                            << op.getResult().getType();
  return expectShape(op, "limit", cast<RankedTensorType>(limit.getType()),
                     {op.getWeight().getType().getDimSize(0)});
}

static LogicalResult verifyCodeOperands(QLinearOp op) {
  RankedTensorType weight = op.getWeight().getType();
  // (QL8)
  if (failed(expectExactly(
          op, cast<QuantizedType>(weight.getElementType()).getBits() < 8,
          "weight_zero_point", op.getWeightZeroPoint(),
          "the weight has fewer than 8 bits", weight.getDimSize(0))) ||
      failed(verifyLimit(op)))
    return failure();
  // (QL10)
  auto codebook =
      dyn_cast<CodebookType>(op.getResult().getType().getElementType());
  return expectExactly(op, static_cast<bool>(codebook), "table", op.getTable(),
                       "the result is a codebook",
                       codebook ? codebook.getSize() : 0);
}

LogicalResult QLinearOp::verify() {
  if (failed(verifyQLinearShapes(*this)))
    return failure();
  // (QL2)
  if (failed(expectUnsignedOrCodebook(*this, "input", getInput().getType())) ||
      failed(expectWeightCodes(*this, "weight", getWeight().getType())))
    return failure();
  // (QL7)
  if (getEpilogue() == Epilogue::Gelu)
    return emitOpError() << "expects the epilogue store, add, requantize or "
                            "gelu_requantize, got gelu";
  // (QL11)
  if (failed(verifyTanh(*this, Epilogue::GeluRequantize)))
    return failure();
  // (QL3)
  if (failed(verifyResidual(*this)) || failed(verifyResultParameters(*this)) ||
      failed(verifyQLinearResult(*this)))
    return failure();
  return verifyCodeOperands(*this);
}

//===----------------------------------------------------------------------===//
// FusedLayerNormOp, LayerNormQuantizeOp and StepOp
//===----------------------------------------------------------------------===//

/// (FN1) and (FN2), (LQ1) and (LQ4): rows [R, P] of input [M, C] to [R, P * C].
static LogicalResult verifyGatheredNorm(Operation *op, RankedTensorType input,
                                        RankedTensorType gamma,
                                        RankedTensorType beta,
                                        RankedTensorType rows,
                                        RankedTensorType result) {
  if (failed(expectRank(op, "input", input, 2)) ||
      failed(expectRank(op, "rows", rows, 2)))
    return failure();
  int64_t columns = rows.getDimSize(1) * input.getDimSize(1);
  if (failed(expectShape(op, "gamma", gamma, {columns})) ||
      failed(expectShape(op, "beta", beta, {columns})))
    return failure();
  return expectShape(op, "the result", result, {rows.getDimSize(0), columns});
}

LogicalResult FusedLayerNormOp::verify() {
  // (FN1) (FN2)
  if (failed(verifyGatheredNorm(*this, getInput().getType(),
                                getGamma().getType(), getBeta().getType(),
                                getRows().getType(), getResult().getType())))
    return failure();
  // (FN3)
  return expectPositiveFinite(*this, "epsilon", getEpsilon());
}

static LogicalResult verifyNormShapes(LayerNormQuantizeOp op) {
  RankedTensorType input = op.getInput().getType();
  RankedTensorType gamma = op.getGamma().getType();
  RankedTensorType beta = op.getBeta().getType();
  RankedTensorType result = op.getResult().getType();
  if (Value rows = op.getRows()) // (LQ4)
    return verifyGatheredNorm(op, input, gamma, beta,
                              cast<RankedTensorType>(rows.getType()), result);
  // (LQ1)
  if (failed(expectNormalization(op, input, gamma, beta)))
    return failure();
  return expectShape(op, "the result", result, input.getShape());
}

LogicalResult LayerNormQuantizeOp::verify() {
  // (LQ1) (LQ4)
  if (failed(verifyNormShapes(*this)))
    return failure();
  // (LQ2)
  if (failed(expectUnsigned(*this, "the result", getResult().getType())))
    return failure();
  // (LQ5)
  auto code = static_cast<int64_t>(getPaddingCode());
  if (code < 0 || code > 255)
    return emitOpError() << "expects padding_code in [0, 255], got " << code;
  // (LQ3)
  return expectPositiveFinite(*this, "epsilon", getEpsilon());
}

LogicalResult StepOp::verify() {
  // (ST1)
  if (failed(expectPositive(*this, "tasks", getTasks())))
    return failure();
  // (ST2)
  for (ArgumentAttr argument : getArguments().getAsRange<ArgumentAttr>())
    if (argument.getOffset() < 0 || argument.getSize() < 0)
      return emitOpError()
             << "expects arguments with offsets and sizes of at least 0, got "
             << argument;
  return success();
}
