//===- AttentionMatch.cpp - The ops of attention on codes -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/AttentionMatch.h"

#include "transforms/Fuse/AttentionParts.h"
#include "transforms/Fuse/ChannelConstants.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace mixq {
namespace {

/// What quantized `operand`, if it is `source`.
std::optional<HeadQuantizers> quantizersOn(Value operand, Value source,
                                           int64_t heads) {
  QuantizeOp quantize = quantizeBehind(operand);
  if (!quantize || quantize.getInput() != source)
    return std::nullopt;
  return HeadQuantizers::of(quantize, heads);
}

/// Queries and keys are normalised both, in the same way, or not at all.
bool areAlike(LayerNormOp query, LayerNormOp key) {
  if (!query || !key)
    return !query && !key;
  return query.getEpsilon() == key.getEpsilon();
}

/// Codes of exp(s - max), inside the softmax.
Probabilities rowProbabilities(SoftmaxOp softmax) {
  if (auto uniform = dyn_cast<UniformAttr>(softmax.getCodesAttr()))
    return {uniform.getType().getBits(), uniform.getScale(), Value(),
            CodebookAttr(), true};
  auto codebook = cast<CodebookAttr>(softmax.getCodesAttr());
  return {codebook.getType().getBits(), codebook.getScale(), Value(), codebook,
          true};
}

/// Probabilities that are 0 where their byte is 0.
std::optional<Probabilities> tensorProbabilities(Value operand) {
  if (QuantizeOp quantize = quantizeBehind(operand)) {
    std::optional<TensorQuantizer> quantizer = quantizerOf(quantize);
    if (!quantizer || !quantizer->isUnsigned() || quantizer->zeroPoint != 0)
      return std::nullopt;
    return Probabilities{quantizer->type.getBits(), quantizer->scale, Value(),
                         CodebookAttr(), false};
  }
  EncodeOp encode = encodeBehind(operand);
  std::optional<ResultQuantizer> quantizer =
      encode ? resultQuantizerOf(encode) : std::nullopt;
  if (!quantizer || quantizer->zeroPoint != 0)
    return std::nullopt;
  auto type = cast<CodebookType>(getElementTypeOrSelf(quantizer->type));
  return Probabilities{type.getBits(), quantizer->scale, quantizer->table,
                       CodebookAttr(), false};
}

/// The softmax behind the probabilities, coded inside or after it.
SoftmaxOp softmaxBehind(Value operand) {
  if (auto softmax = operand.getDefiningOp<SoftmaxOp>())
    return softmax.getCodesAttr() ? softmax : SoftmaxOp();
  if (QuantizeOp quantize = quantizeBehind(operand))
    return quantize.getInput().getDefiningOp<SoftmaxOp>();
  EncodeOp encode = encodeBehind(operand);
  return encode ? encode.getInput().getDefiningOp<SoftmaxOp>() : SoftmaxOp();
}

/// The ops, without their quantizers.
std::optional<AttentionMatch> matchOps(QuantizeOp op) {
  AttentionMatch match;
  auto merge =
      lookThroughMoves(op.getInput(), match.rows).getDefiningOp<MergeHeadsOp>();
  match.av = merge ? merge.getInput().getDefiningOp<MatmulOp>() : MatmulOp();
  match.softmax = match.av ? softmaxBehind(match.av.getLhs()) : SoftmaxOp();
  match.qk =
      match.softmax ? scoresBehind(match.softmax, match.bias) : MatmulOp();
  QuantizeOp queries =
      match.qk ? quantizeBehind(match.qk.getLhs()) : QuantizeOp();
  QuantizeOp keys = match.qk ? quantizeBehind(match.qk.getRhs()) : QuantizeOp();
  if (!queries || !keys)
    return std::nullopt;
  match.queryNorm = queries.getInput().getDefiningOp<LayerNormOp>();
  match.keyNorm = keys.getInput().getDefiningOp<LayerNormOp>();
  if (!areAlike(match.queryNorm, match.keyNorm))
    return std::nullopt;
  Value query =
      match.queryNorm ? match.queryNorm.getInput() : queries.getInput();
  match.split = query.getDefiningOp<SplitQkvOp>();
  match.projection =
      match.split ? plainQLinear(match.split.getInput()) : QLinearOp();
  if (!match.projection || !match.qk.getTransposeRhs() ||
      match.av.getTransposeRhs() ||
      !match.av.getMultiplier().isExactlyValue(1) ||
      !isOneGrid(match.split, match.bias, merge) || match.rows.parts != 1 ||
      match.rows.hasZeros())
    return std::nullopt;
  auto queryType = cast<RankedTensorType>(match.split.getQuery().getType());
  match.heads =
      queryType.getDimSize(0) / static_cast<int64_t>(match.split.getWindows());
  return match;
}

} // namespace

std::optional<AttentionMatch> matchAttention(QuantizeOp op) {
  std::optional<AttentionMatch> match = matchOps(op);
  if (!match)
    return std::nullopt;
  if (match->keyNorm && match->keyNorm.getInput() != match->split.getKey())
    return std::nullopt;
  bool isNormed = match->queryNorm != nullptr;
  auto query = quantizersOn(match->qk.getLhs(),
                            isNormed ? Value(match->queryNorm.getResult())
                                     : match->split.getQuery(),
                            match->heads);
  auto key = quantizersOn(match->qk.getRhs(),
                          isNormed ? Value(match->keyNorm.getResult())
                                   : match->split.getKey(),
                          match->heads);
  auto value =
      quantizersOn(match->av.getRhs(), match->split.getValue(), match->heads);
  auto probabilities = match->softmax.getCodesAttr()
                           ? std::optional(rowProbabilities(match->softmax))
                           : tensorProbabilities(match->av.getLhs());
  auto result = quantizerOf(op);
  if (!query || !key || !value || !probabilities || !result ||
      !result->isUnsigned())
    return std::nullopt;
  match->query = *query;
  match->key = *key;
  match->value = *value;
  match->probabilities = *probabilities;
  match->result = *result;
  return match;
}

/// The kernel that normalises queries and keys writes codes of 8 bits by one
/// scale.
static LogicalResult checkNormedCodes(QuantizeOp op,
                                      const AttentionMatch &match) {
  if (!match.queryNorm)
    return success();
  for (const HeadQuantizers *part : match.parts())
    if (part->type().getBits() != 8 || part->isPerHead())
      return op.emitOpError(
                 "expects 8 bits and one scale for queries, keys and "
                 "values where queries and keys are normalised, got ")
             << part->type() << (part->isPerHead() ? " for each head" : "")
             << " in " << attentionName(match.av);
  return success();
}

/// That keys and values are s8 in the products, and scores int32.
static LogicalResult checkRanges(QuantizeOp op, const AttentionMatch &match) {
  for (const HeadQuantizers *part : {&match.key, &match.value})
    for (const TensorQuantizer &quantizer : part->all())
      if (!quantizer.fitsSignedByte())
        return op.emitOpError("expects codes of keys and values minus their "
                              "zero-point in [-128, 127], got the zero-point ")
               << quantizer.zeroPoint << " of " << quantizer.type << " in "
               << attentionName(match.av);
  SplitQkvOp split = match.split;
  int64_t columns =
      cast<RankedTensorType>(split.getQuery().getType()).getDimSize(2);
  for (const TensorQuantizer &query : match.query.all())
    if ((query.highestByte() + std::abs(query.byteZeroPoint())) * columns >
        INT32_MAX / 128)
      return op.emitOpError("expects scores below 2^31, but the zero-point ")
             << query.zeroPoint << " of the queries of "
             << attentionName(match.av) << " may exceed it";
  return success();
}

LogicalResult checkCodes(QuantizeOp op, const AttentionMatch &match) {
  if (failed(checkRanges(op, match)))
    return failure();
  return checkNormedCodes(op, match);
}

} // namespace mixq
