//===- QuantizedAttention.cpp - Attention on codes ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/AttentionMatch.h"
#include "transforms/Fuse/AttentionParts.h"
#include "transforms/Fuse/ChannelConstants.h"
#include "transforms/Fuse/Patterns.h"
#include "transforms/Fuse/Products.h"
#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {
namespace {

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
    if (failed(checkCodes(op, *match)))
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
