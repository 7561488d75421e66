//===- QuantizedAttention.cpp - Attention on codes ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/AttentionParts.h"
#include "transforms/Fuse/ChannelConstants.h"
#include "transforms/Fuse/HeadQuantizers.h"
#include "transforms/Fuse/Patterns.h"
#include "transforms/Fuse/Products.h"
#include "transforms/Fuse/RowTables.h"
#include "transforms/Parameters.h"

#include "mlir/IR/TypeUtilities.h"

#include <array>

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
  int64_t heads;
  HeadQuantizers query, key, value;
  TensorQuantizer result;

  std::array<const HeadQuantizers *, 3> parts() const {
    return {&query, &key, &value};
  }
  bool isPerHead() const {
    return llvm::any_of(
        parts(), [](const HeadQuantizers *part) { return part->isPerHead(); });
  }
};

/// What quantized `operand`, if it is `source`.
std::optional<HeadQuantizers> quantizersOn(Value operand, Value source,
                                           int64_t heads) {
  QuantizeOp quantize = quantizedBehind(operand);
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
      match.qk ? quantizedBehind(match.qk.getLhs()) : QuantizeOp();
  QuantizeOp keys =
      match.qk ? quantizedBehind(match.qk.getRhs()) : QuantizeOp();
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
LogicalResult checkNormedCodes(QuantizeOp op, const AttentionMatch &match) {
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
LogicalResult checkRanges(QuantizeOp op, const AttentionMatch &match) {
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

/// The projection's result as bytes, and where its parts have bits of their own
/// the limits of its columns.
struct QkvCodes {
  unsigned bits = 8;
  Value limit;
};

QkvCodes qkvCodes(PatternRewriter &rewriter, const AttentionMatch &match,
                  int64_t part) {
  unsigned bits = match.query.type().getBits();
  if (match.key.type().getBits() == bits &&
      match.value.type().getBits() == bits)
    return {bits, Value()};
  std::vector<float> limits;
  for (const HeadQuantizers *quantizers : match.parts())
    limits.insert(limits.end(), part, float((*quantizers)[0].highestByte()));
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
  const int64_t headColumns = part / match.heads;
  for (const HeadQuantizers *quantizers : match.parts())
    for (int64_t head = 0; head < match.heads; ++head) {
      const TensorQuantizer &quantizer = (*quantizers)[head];
      constants->requantize(begin, begin + headColumns, quantizer.scale,
                            quantizer.byteZeroPoint());
      begin += headColumns;
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
  const TensorQuantizer &query = match.query[0], &key = match.key[0];
  const TensorQuantizer &value = match.value[0];
  if (failed(foldQuantizer(rewriter, match.queryNorm, query.scale,
                           query.byteZeroPoint(), vectors)) ||
      failed(foldQuantizer(rewriter, match.keyNorm, key.scale,
                           key.byteZeroPoint(), vectors)))
    return failure();
  Location loc = match.queryNorm.getLoc();
  auto scalar = [&](StringRef name, double value) {
    return makeParameter(rewriter, loc, name.str(),
                         std::vector<float>{static_cast<float>(value)});
  };
  auto type = cast<RankedTensorType>(match.projection.getType());
  return rewriter
      .create<QkNormQuantizeOp>(loc, type.clone(query.type), match.projection,
                                vectors[0], vectors[1], vectors[2], vectors[3],
                                scalar("value_multiplier", 1.0 / value.scale),
                                scalar("value_offset", value.byteZeroPoint()),
                                rewriter.getI64IntegerAttr(match.heads),
                                match.queryNorm.getEpsilonAttr())
      .getResult();
}

/// What the kernel needs for each head, or once where they all share it.
struct HeadConstants {
  std::vector<int32_t> zeroPoints; ///< three each: queries, keys, values
  std::vector<float> score, result;
};

HeadConstants headConstants(const AttentionMatch &match) {
  HeadConstants constants;
  MatmulOp qk = match.qk;
  for (int64_t head = 0; head < (match.isPerHead() ? match.heads : 1); ++head) {
    for (const HeadQuantizers *part : match.parts())
      constants.zeroPoints.push_back(
          static_cast<int32_t>((*part)[head].byteZeroPoint()));
    double score = match.query[head].scale * match.key[head].scale *
                   qk.getMultiplier().convertToDouble();
    double result = match.value[head].scale / match.result.scale;
    if (!match.probabilities.isRowScaled)
      result *= match.probabilities.scale;
    constants.score.push_back(static_cast<float>(score));
    constants.result.push_back(static_cast<float>(result));
  }
  return constants;
}

struct FuseQuantizedAttention : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<AttentionMatch> match = matchAttention(op);
    if (!match)
      return rewriter.notifyMatchFailure(op, "not attention on codes");
    if (failed(checkRanges(op, *match)) || failed(checkNormedCodes(op, *match)))
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
    HeadConstants constants = headConstants(match);
    const Probabilities &probabilities = match.probabilities;
    Location loc = op.getLoc();
    auto vector = [&](StringRef name, const auto &values) {
      return makeParameter(rewriter, loc, name.str(), values);
    };
    auto scalar = [&](StringRef name, double value) {
      return vector(name, std::vector<float>{static_cast<float>(value)});
    };
    Value table = probabilities.table;
    if (CodebookAttr codebook = probabilities.codebook)
      table = vector("table", codebook.getTable().asArrayRef().vec());
    Value zeroPoints = vector("zero_points", constants.zeroPoints);
    Value scoreMultiplier = vector("score_multiplier", constants.score);
    Value probabilityMultiplier =
        scalar("probability_multiplier", 1.0 / probabilities.scale);
    Value resultMultiplier = vector("result_multiplier", constants.result);
    Value resultOffset = scalar("result_offset", match.result.zeroPoint);
    WindowBiasOp bias = match.bias;
    return rewriter.create<QAttentionOp>(
        loc, op.getType(), qkv, zeroPoints, scoreMultiplier,
        probabilityMultiplier, resultMultiplier, resultOffset,
        bias ? bias.getBias() : Value(), rowsOf(rewriter, loc, match), table,
        rewriter.getI64IntegerAttr(match.heads),
        rewriter.getI64IntegerAttr(probabilities.bits),
        probabilities.isRowScaled ? rewriter.getUnitAttr() : UnitAttr(),
        gridOf(rewriter, match.split, bias),
        rewriter.getStringAttr(attentionName(match.av)));
  }
};

} // namespace

void populateQuantizedAttentionPatterns(RewritePatternSet &patterns) {
  patterns.add<FuseQuantizedAttention>(patterns.getContext());
}

} // namespace mixq
