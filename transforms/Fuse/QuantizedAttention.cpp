//===- QuantizedAttention.cpp - Attention on codes ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/AttentionParts.h"
#include "transforms/Fuse/ChannelConstants.h"
#include "transforms/Fuse/Patterns.h"
#include "transforms/Fuse/Products.h"
#include "transforms/Fuse/RowTables.h"
#include "transforms/Parameters.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace mixq {
namespace {

/// What the attention probabilities are quantized to: byte b stands for
/// scale * b, or with `isRowScaled` for b / (the row's sum of bytes).
struct Probabilities {
  unsigned bits;
  double scale;
  Value table;           ///< of a codebook after the softmax
  CodebookAttr codebook; ///< inside it
  bool isRowScaled;
};

/// quantize(merge_heads(P V)) with P = quantize(softmax(Q K^T)), all operands
/// quantized views of one projection.
struct AttentionMatch {
  QLinearOp projection;
  SplitQkvOp split;
  WindowBiasOp bias;              ///< or null
  LayerNormOp queryNorm, keyNorm; ///< both, or none
  SoftmaxOp softmax;
  MatmulOp qk, av;
  RowTable rows; ///< of the result, in the tokens of all windows
  Probabilities probabilities;
  TensorQuantizer query, key, value, result;
};

/// What quantized `operand`, if it is `source`.
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
  return match;
}

std::optional<AttentionMatch> matchAttention(QuantizeOp op) {
  std::optional<AttentionMatch> match = matchOps(op);
  if (!match)
    return std::nullopt;
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

/// The kernel that normalises queries and keys writes codes of 8 bits.
LogicalResult checkNormedBits(QuantizeOp op, const AttentionMatch &match) {
  if (!match.queryNorm)
    return success();
  for (const TensorQuantizer *quantizer :
       {&match.query, &match.key, &match.value})
    if (quantizer->type.getBits() != 8)
      return op.emitOpError("expects 8 bits for queries, keys and values where "
                            "queries and keys are normalised, got ")
             << quantizer->type << " in " << attentionName(match.av);
  return success();
}

/// That keys and values are s8 in the products, and scores int32.
LogicalResult checkRanges(QuantizeOp op, const AttentionMatch &match) {
  for (const TensorQuantizer *quantizer : {&match.key, &match.value})
    if (!quantizer->fitsSignedByte())
      return op.emitOpError("expects codes of keys and values minus their "
                            "zero-point in [-128, 127], got the zero-point ")
             << quantizer->zeroPoint << " of " << quantizer->type << " in "
             << attentionName(match.av);
  SplitQkvOp split = match.split;
  int64_t columns =
      cast<RankedTensorType>(split.getQuery().getType()).getDimSize(2);
  int64_t reach =
      match.query.highestByte() + std::abs(match.query.byteZeroPoint());
  if (reach * columns > INT32_MAX / 128)
    return op.emitOpError("expects scores below 2^31, but the zero-point ")
           << match.query.zeroPoint << " of the queries of "
           << attentionName(match.av) << " may exceed it";
  return success();
}

/// The projection's result as bytes, and where its parts have bits of their own
/// the limits of its columns.
struct QkvCodes {
  unsigned bits = 8;
  Value limit;
};

QkvCodes qkvCodes(PatternRewriter &rewriter, const AttentionMatch &match,
                  int64_t part) {
  unsigned bits = match.query.type.getBits();
  if (match.key.type.getBits() == bits && match.value.type.getBits() == bits)
    return {bits, Value()};
  std::vector<float> limits;
  for (const TensorQuantizer *quantizer :
       {&match.query, &match.key, &match.value})
    limits.insert(limits.end(), part, float(quantizer->highestByte()));
  QLinearOp op = match.projection;
  return {8, makeParameter(rewriter, op.getLoc(), constantName(op, "limit"),
                           limits)};
}

/// The projection again, with queries, keys and values as codes from 0 on.
FailureOr<Value> requantizeProjection(PatternRewriter &rewriter,
                                      const AttentionMatch &match) {
  QLinearOp op = match.projection;
  FailureOr<ChannelConstants> constants = channelConstantsOf(op);
  if (failed(constants))
    return failure();
  auto type = cast<RankedTensorType>(op.getType());
  int64_t part = type.getDimSize(1) / 3, begin = 0;
  for (const TensorQuantizer *quantizer :
       {&match.query, &match.key, &match.value}) {
    constants->requantize(begin, begin + part, quantizer->scale,
                          quantizer->byteZeroPoint());
    begin += part;
  }
  QkvCodes codes = qkvCodes(rewriter, match, part);
  Location loc = op.getLoc();
  Value multiplier = makeParameter(
      rewriter, loc, constantName(op, "multiplier"), constants->multiplier);
  Value offset = makeParameter(rewriter, loc, constantName(op, "offset"),
                               constants->offset);
  auto codeType = QuantizedType::get(rewriter.getContext(), /*isSigned=*/false,
                                     codes.bits, std::nullopt);
  ProductEpilogue epilogue{Epilogue::Requantize};
  epilogue.limit = codes.limit;
  return withEpilogue(rewriter, op, loc, type.clone(codeType), multiplier,
                      offset, epilogue)
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
                           match.query.byteZeroPoint(), vectors)) ||
      failed(foldQuantizer(rewriter, match.keyNorm, match.key.scale,
                           match.key.byteZeroPoint(), vectors)))
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
          scalar("value_offset", match.value.byteZeroPoint()),
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
      return rewriter.notifyMatchFailure(op, "not attention on codes");
    if (failed(checkRanges(op, *match)) || failed(checkNormedBits(op, *match)))
      return failure();
    rewriter.setInsertionPoint(op);
    FailureOr<Value> qkv = match->queryNorm
                               ? normalizeProjection(rewriter, *match)
                               : requantizeProjection(rewriter, *match);
    if (failed(qkv))
      return failure();
    rewriter.replaceOp(op, buildAttention(rewriter, op, *match, *qkv));
    return success();
  }

  static QAttentionOp buildAttention(PatternRewriter &rewriter, QuantizeOp op,
                                     const AttentionMatch &match, Value qkv) {
    auto scalar = [&](StringRef name, double value) {
      return makeParameter(rewriter, op.getLoc(), name.str(),
                           std::vector<float>{static_cast<float>(value)});
    };
    std::vector<int32_t> zeros;
    for (const TensorQuantizer *quantizer :
         {&match.query, &match.key, &match.value})
      zeros.push_back(static_cast<int32_t>(quantizer->byteZeroPoint()));
    const Probabilities &probabilities = match.probabilities;
    MatmulOp qk = match.qk;
    double score = match.query.scale * match.key.scale *
                   qk.getMultiplier().convertToDouble();
    double result = match.value.scale / match.result.scale;
    if (!probabilities.isRowScaled)
      result *= probabilities.scale;
    Value table = probabilities.table;
    if (CodebookAttr codebook = probabilities.codebook)
      table = makeParameter(rewriter, op.getLoc(), "table",
                            codebook.getTable().asArrayRef().vec());
    Value zeroPoints =
        makeParameter(rewriter, op.getLoc(), "zero_points", zeros);
    Value scoreMultiplier = scalar("score_multiplier", score);
    Value probabilityMultiplier =
        scalar("probability_multiplier", 1.0 / probabilities.scale);
    Value resultMultiplier = scalar("result_multiplier", result);
    Value resultOffset = scalar("result_offset", match.result.zeroPoint);
    SplitQkvOp split = match.split;
    auto heads = cast<RankedTensorType>(split.getQuery().getType());
    WindowBiasOp bias = match.bias;
    return rewriter.create<QAttentionOp>(
        op.getLoc(), op.getType(), qkv, zeroPoints, scoreMultiplier,
        probabilityMultiplier, resultMultiplier, resultOffset,
        bias ? bias.getBias() : Value(), rowsOf(rewriter, op.getLoc(), match),
        table,
        rewriter.getI64IntegerAttr(heads.getDimSize(0) / split.getWindows()),
        rewriter.getI64IntegerAttr(probabilities.bits),
        probabilities.isRowScaled ? rewriter.getUnitAttr() : UnitAttr(),
        gridOf(rewriter, split, bias),
        rewriter.getStringAttr(attentionName(match.av)));
  }
};

} // namespace

void populateQuantizedAttentionPatterns(RewritePatternSet &patterns) {
  patterns.add<FuseQuantizedAttention>(patterns.getContext());
}

} // namespace mixq
