//===- QuantizedAttention.cpp - Attention on codes ------------------*- C++
//-*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/AttentionParts.h"
#include "transforms/Fuse/ChannelConstants.h"
#include "transforms/Fuse/Patterns.h"
#include "transforms/Fuse/Quantizers.h"
#include "transforms/Fuse/RowTables.h"
#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {
namespace {

constexpr int32_t kSymmetricZeroPoint = 128; ///< s8 zero-point 0, as u8

/// quantize(merge_heads(P V)) with P = quantize(softmax(Q K^T)), all operands
/// quantized views of one projection.
struct AttentionMatch {
  QLinearOp projection;
  SplitQkvOp split;
  WindowBiasOp bias; ///< or null
  LayerNormOp queryNorm, keyNorm; ///< both, or none
  MatmulOp qk, av;
  RowTable rows; ///< of the result, in the tokens of all windows
  TensorQuantizer query, key, probability, value, result;
};

/// What quantized `operand`, if it is `source` in 8 bits.
std::optional<TensorQuantizer> quantizerOn(Value operand, Value source) {
  QuantizeOp quantize = quantizeBehind(operand);
  if (!quantize || quantize.getInput() != source)
    return std::nullopt;
  return quantizerOf(quantize);
}

/// Queries and keys are normalised both, in the same way, or not at all.
bool areAlike(LayerNormOp query, LayerNormOp key) {
  if (!query || !key)
    return !query && !key;
  return query.getEpsilon() == key.getEpsilon();
}

/// The ops, without their quantizers.
std::optional<AttentionMatch> matchOps(QuantizeOp op) {
  AttentionMatch match;
  auto merge =
      lookThroughMoves(op.getInput(), match.rows).getDefiningOp<MergeHeadsOp>();
  match.av = merge ? merge.getInput().getDefiningOp<MatmulOp>() : MatmulOp();
  QuantizeOp weights =
      match.av ? quantizeBehind(match.av.getLhs()) : QuantizeOp();
  auto softmax =
      weights ? weights.getInput().getDefiningOp<SoftmaxOp>() : SoftmaxOp();
  match.qk = softmax ? scoresBehind(softmax, match.bias) : MatmulOp();
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
  return match;
}

std::optional<AttentionMatch> matchAttention(QuantizeOp op) {
  std::optional<AttentionMatch> match = matchOps(op);
  if (!match)
    return std::nullopt;
  auto softmax = quantizeBehind(match->av.getLhs()).getInput();
  if (match->keyNorm && match->keyNorm.getInput() != match->split.getKey())
    return std::nullopt;
  bool isNormed = match->queryNorm != nullptr;
  auto query = quantizerOn(match->qk.getLhs(),
                           isNormed ? Value(match->queryNorm.getResult())
                                    : match->split.getQuery());
  auto key = quantizerOn(match->qk.getRhs(),
                         isNormed ? Value(match->keyNorm.getResult())
                                  : match->split.getKey());
  auto value = quantizerOn(match->av.getRhs(), match->split.getValue());
  auto probability = quantizerOn(match->av.getLhs(), softmax);
  auto result = quantizerOf(op);
  if (!query || !query->isUnsigned8() || !key || !key->isSymmetric8() ||
      !value || !value->isSymmetric8() || !probability ||
      !probability->isUnsigned8() || probability->zeroPoint != 0 || !result ||
      !result->isUnsigned8())
    return std::nullopt;
  match->query = *query;
  match->key = *key;
  match->value = *value;
  match->probability = *probability;
  match->result = *result;
  return match;
}

/// The projection again, with queries, keys and values as codes.
FailureOr<Value> requantizeProjection(PatternRewriter &rewriter,
                                      const AttentionMatch &match) {
  QLinearOp op = match.projection;
  FailureOr<ChannelConstants> constants = channelConstantsOf(op);
  if (failed(constants))
    return failure();
  auto type = cast<RankedTensorType>(op.getType());
  int64_t part = type.getDimSize(1) / 3;
  constants->requantize(0, part, match.query.scale, match.query.zeroPoint);
  constants->requantize(part, 2 * part, match.key.scale, kSymmetricZeroPoint);
  constants->requantize(2 * part, 3 * part, match.value.scale,
                        kSymmetricZeroPoint);
  Location loc = op.getLoc();
  return rewriter
      .create<QLinearOp>(
          loc, type.clone(match.query.type), op.getInput(), op.getWeight(),
          op.getCorrection(),
          makeParameter(rewriter, loc, constantName(op, "multiplier"),
                        constants->multiplier),
          makeParameter(rewriter, loc, constantName(op, "offset"),
                        constants->offset),
          Value(), Value(), Value(), Epilogue::Requantize, op.getUnitAttr())
      .getResult();
}

/// The `rows` of the kernel, null where its result keeps the order of tokens.
Value rowsOf(PatternRewriter &rewriter, Location loc,
             const AttentionMatch &match) {
  if (match.rows.isIdentity())
    return nullptr;
  return match.rows.toParameter(
      rewriter, loc, attentionName(match.av) + ".rows", /*withParts=*/false);
}

/// gamma / scale and beta / scale + zero_point, as parameters.
LogicalResult foldQuantizer(PatternRewriter &rewriter, LayerNormOp norm,
                            double scale, double zeroPoint,
                            SmallVectorImpl<Value> &results) {
  FailureOr<Tensor> gamma = readParameter(norm.getGamma());
  FailureOr<Tensor> beta = readParameter(norm.getBeta());
  if (failed(gamma) || failed(beta))
    return failure();
  std::vector<float> multiplier, offset;
  for (int64_t i = 0; i < gamma->size(); ++i) {
    multiplier.push_back(static_cast<float>(gamma->data<float>()[i] / scale));
    offset.push_back(
        static_cast<float>(beta->data<float>()[i] / scale + zeroPoint));
  }
  std::string name = parameterName(norm.getGamma(), "qk_norm");
  Location loc = norm.getLoc();
  results.push_back(makeParameter(rewriter, loc, name + ".gamma", multiplier));
  results.push_back(makeParameter(rewriter, loc, name + ".beta", offset));
  return success();
}

/// The projection as it is, then normalised and quantized.
FailureOr<Value> normalizeProjection(PatternRewriter &rewriter,
                                     AttentionMatch &match) {
  SmallVector<Value> vectors;
  if (failed(foldQuantizer(rewriter, match.queryNorm, match.query.scale,
                           match.query.zeroPoint, vectors)) ||
      failed(foldQuantizer(rewriter, match.keyNorm, match.key.scale,
                           kSymmetricZeroPoint, vectors)))
    return failure();
  Location loc = match.queryNorm.getLoc();
  auto scalar = [&](StringRef name, double value) {
    return makeParameter(rewriter, loc, name.str(),
                         std::vector<float>{static_cast<float>(value)});
  };
  auto type = cast<RankedTensorType>(match.projection.getType());
  auto heads = cast<RankedTensorType>(match.split.getQuery().getType());
  return rewriter
      .create<QkNormQuantizeOp>(
          loc, type.clone(match.query.type), match.projection, vectors[0],
          vectors[1], vectors[2], vectors[3],
          scalar("value_multiplier", 1.0 / match.value.scale),
          scalar("value_offset", kSymmetricZeroPoint),
          rewriter.getI64IntegerAttr(heads.getDimSize(0) /
                                     match.split.getWindows()),
          match.queryNorm.getEpsilonAttr())
      .getResult();
}

struct FuseQuantizedAttention : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<AttentionMatch> match = matchAttention(op);
    if (!match)
      return rewriter.notifyMatchFailure(op, "not attention on 8-bit codes");
    rewriter.setInsertionPoint(op);
    FailureOr<Value> qkv = match->queryNorm
                               ? normalizeProjection(rewriter, *match)
                               : requantizeProjection(rewriter, *match);
    if (failed(qkv))
      return failure();
    auto scalar = [&](StringRef name, double value) {
      return makeParameter(rewriter, op.getLoc(), name.str(),
                           std::vector<float>{static_cast<float>(value)});
    };
    Value queryZeroPoint =
        makeParameter(rewriter, op.getLoc(), "query_zero_point",
                      std::vector<int32_t>{match->query.zeroPoint});
    double score = match->query.scale * match->key.scale *
                   match->qk.getMultiplier().convertToDouble();
    double result =
        match->probability.scale * match->value.scale / match->result.scale;
    auto heads = cast<RankedTensorType>(match->split.getQuery().getType());
    rewriter.replaceOpWithNewOp<QAttentionOp>(
        op, op.getType(), *qkv, queryZeroPoint,
        scalar("score_multiplier", score),
        scalar("probability_multiplier", 1.0 / match->probability.scale),
        scalar("result_multiplier", result),
        scalar("result_offset", match->result.zeroPoint),
        match->bias ? match->bias.getBias() : Value(),
        rowsOf(rewriter, op.getLoc(), *match),
        rewriter.getI64IntegerAttr(heads.getDimSize(0) /
                                   match->split.getWindows()),
        gridOf(rewriter, match->split, match->bias),
        rewriter.getStringAttr(attentionName(match->av)));
    return success();
  }
};

} // namespace

void populateQuantizedAttentionPatterns(RewritePatternSet &patterns) {
  patterns.add<FuseQuantizedAttention>(patterns.getContext());
}

} // namespace mixq
