//===- QuantizedPatterns.cpp - Kernels of the quantized graph -------*- C++
//-*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/ChannelConstants.h"
#include "transforms/Fuse/PatchWeights.h"
#include "transforms/Fuse/Patterns.h"
#include "transforms/Fuse/Quantizers.h"
#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {
namespace {

/// -zero_point * sum_k weight[n, k]. Proves that no accumulator leaves int32:
/// |acc| <= (255 + |zero_point|) * sum_k |weight[n, k]| < 2^31.
FailureOr<std::vector<int32_t>> corrections(Operation *op, const Tensor &codes,
                                            int32_t zeroPoint) {
  std::vector<int32_t> result;
  for (int64_t n = 0; n < codes.dim(0); ++n) {
    const int8_t *row = codes.data<int8_t>() + n * codes.dim(1);
    int64_t sum = 0, magnitude = 0;
    for (int64_t k = 0; k < codes.dim(1); ++k) {
      sum += row[k];
      magnitude += std::abs(int(row[k]));
    }
    if ((255 + std::abs(int64_t(zeroPoint))) * magnitude > INT32_MAX)
      return op->emitOpError("expects accumulators below 2^31, but channel ")
             << n << " with zero-point " << zeroPoint << " may exceed it";
    result.push_back(static_cast<int32_t>(-int64_t(zeroPoint) * sum));
  }
  return result;
}

/// The plain integer product of codes with a row-quantized weight.
FailureOr<QLinearOp> buildProduct(PatternRewriter &rewriter, Operation *op,
                                  Value input, const TensorQuantizer &quantizer,
                                  const RowQuantizedWeight &weight,
                                  Value weightCodes, Value bias,
                                  StringAttr unit) {
  FailureOr<std::vector<int32_t>> correction =
      corrections(op, weight.values, quantizer.zeroPoint);
  if (failed(correction))
    return failure();
  std::vector<float> multiplier;
  for (int64_t n = 0; n < weight.scales.size(); ++n)
    multiplier.push_back(
        static_cast<float>(quantizer.scale * weight.scales.data<float>()[n]));
  std::string name = unit ? unit.str() : "linear";
  Location loc = op->getLoc();
  return rewriter.create<QLinearOp>(
      loc, op->getResult(0).getType(), input, weightCodes,
      makeParameter(rewriter, loc, name + ".correction", *correction),
      makeParameter(rewriter, loc, name + ".multiplier", multiplier), bias,
      Value(), Value(), Value(), Epilogue::Store, unit);
}

struct QuantizedLinear : OpRewritePattern<LinearOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LinearOp op,
                                PatternRewriter &rewriter) const override {
    auto input = op.getInput().getDefiningOp<DequantizeOp>();
    if (!input || !op.getBias().getDefiningOp<ParameterOp>())
      return rewriter.notifyMatchFailure(op, "input is not dequantized");
    std::optional<TensorQuantizer> quantizer = quantizerOf(input);
    FailureOr<RowQuantizedWeight> weight = rowQuantizedWeight(op.getWeight());
    if (!quantizer || !quantizer->isUnsigned8() || failed(weight))
      return rewriter.notifyMatchFailure(op, "operands are not u8 and s8");
    FailureOr<QLinearOp> product =
        buildProduct(rewriter, op, input.getInput(), *quantizer, *weight,
                     weight->codes, op.getBias(), op.getUnitAttr());
    if (failed(product))
      return failure();
    rewriter.replaceOp(op, *product);
    return success();
  }
};

struct QuantizedPatchEmbed : OpRewritePattern<PatchEmbedOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PatchEmbedOp op,
                                PatternRewriter &rewriter) const override {
    QuantizeOp quantize = quantizeBehind(op.getImage());
    FailureOr<RowQuantizedWeight> weight = rowQuantizedWeight(op.getWeight());
    if (!quantize || failed(weight) ||
        !op.getBias().getDefiningOp<ParameterOp>())
      return rewriter.notifyMatchFailure(op, "operands are not quantized");
    TensorQuantizer quantizer = *quantizerOf(quantize);
    FailureOr<Value> codes = flattenPatchWeight(rewriter, weight->codes);
    if (failed(codes) || !quantizer.isUnsigned8())
      return failure();
    FailureOr<QLinearOp> product = buildProduct(
        rewriter, op, quantizePatches(rewriter, op, quantize, quantizer),
        quantizer, *weight, *codes, op.getBias(), op.getUnitAttr());
    if (failed(product))
      return failure();
    rewriter.replaceOp(op, *product);
    return success();
  }

  static Value quantizePatches(PatternRewriter &rewriter, PatchEmbedOp op,
                               QuantizeOp quantize,
                               const TensorQuantizer &quantizer) {
    PatchShape shape = patchShapeOf(op);
    Location loc = op.getLoc();
    float multiplier = 1.0f / static_cast<float>(quantizer.scale);
    Value multiplierValue = makeParameter(rewriter, loc, "multiplier",
                                          std::vector<float>{multiplier});
    Value zeroPoint =
        makeParameter(rewriter, loc, "zero_point",
                      std::vector<float>{float(quantizer.zeroPoint)});
    return rewriter.create<QuantizePatchesOp>(
        loc, RankedTensorType::get(shape.matrix(), quantizer.type),
        quantize.getInput(), multiplierValue, zeroPoint,
        rewriter.getDenseI64ArrayAttr(shape.patch));
  }
};

/// code = fma(gelu, multiplier, offset): the quantizer, and before it the scale
/// and shift of each channel, if there is one.
FailureOr<ChannelConstants> resultConstants(ChannelAffineOp affine,
                                            int64_t columns,
                                            const TensorQuantizer &quantizer) {
  ChannelConstants constants{std::vector<float>(columns, 1.0f),
                             std::vector<float>(columns, 0.0f)};
  if (affine) {
    FailureOr<Tensor> multiplier = readParameter(affine.getMultiplier());
    FailureOr<Tensor> offset = readParameter(affine.getOffset());
    if (failed(multiplier) || failed(offset))
      return failure();
    std::copy_n(multiplier->data<float>(), columns,
                constants.multiplier.begin());
    std::copy_n(offset->data<float>(), columns, constants.offset.begin());
  }
  constants.requantize(0, columns, quantizer.scale, quantizer.zeroPoint);
  return constants;
}

/// quantize(product), and quantize(gelu(product)) with or without a
/// channel_affine between.
struct RequantizeLinear : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<TensorQuantizer> quantizer = quantizerOf(op);
    if (!quantizer || !quantizer->isUnsigned8())
      return rewriter.notifyMatchFailure(op, "result is not u8");
    if (QLinearOp product = plainQLinear(op.getInput()))
      return requantize(rewriter, op, product, *quantizer);
    auto affine = op.getInput().getDefiningOp<ChannelAffineOp>();
    if (affine && !affine->hasOneUse())
      return rewriter.notifyMatchFailure(op, "channel_affine has other uses");
    Value activated = affine ? affine.getInput() : op.getInput();
    auto gelu = activated.getDefiningOp<GeluOp>();
    if (!gelu || !gelu->hasOneUse())
      return rewriter.notifyMatchFailure(op, "input is not a product");
    QLinearOp product = plainQLinear(gelu.getInput());
    if (!product)
      return rewriter.notifyMatchFailure(op, "gelu of no plain product");
    return geluRequantize(rewriter, op, product, gelu, affine, *quantizer);
  }

  static LogicalResult requantize(PatternRewriter &rewriter, QuantizeOp op,
                                  QLinearOp product,
                                  const TensorQuantizer &quantizer) {
    FailureOr<ChannelConstants> constants = channelConstantsOf(product);
    if (failed(constants))
      return failure();
    constants->requantize(0, constants->multiplier.size(), quantizer.scale,
                          quantizer.zeroPoint);
    rewriter.replaceOpWithNewOp<QLinearOp>(
        op, op.getType(), product.getInput(), product.getWeight(),
        product.getCorrection(),
        makeParameter(rewriter, op.getLoc(),
                      constantName(product, "multiplier"),
                      constants->multiplier),
        makeParameter(rewriter, op.getLoc(), constantName(product, "offset"),
                      constants->offset),
        Value(), Value(), Value(), Epilogue::Requantize, product.getUnitAttr());
    return success();
  }

  static LogicalResult geluRequantize(PatternRewriter &rewriter, QuantizeOp op,
                                      QLinearOp product, GeluOp gelu,
                                      ChannelAffineOp affine,
                                      const TensorQuantizer &quantizer) {
    int64_t columns = cast<RankedTensorType>(product.getType()).getDimSize(1);
    FailureOr<ChannelConstants> constants =
        resultConstants(affine, columns, quantizer);
    if (failed(constants))
      return failure();
    Location loc = op.getLoc();
    Value multiplier =
        makeParameter(rewriter, loc, constantName(product, "result_multiplier"),
                      constants->multiplier);
    Value offset =
        makeParameter(rewriter, loc, constantName(product, "result_offset"),
                      constants->offset);
    rewriter.replaceOpWithNewOp<QLinearOp>(
        op, op.getType(), product.getInput(), product.getWeight(),
        product.getCorrection(), product.getMultiplier(), product.getOffset(),
        Value(), multiplier, offset, Epilogue::GeluRequantize,
        product.getUnitAttr(), gelu.getTanh());
    return success();
  }
};

struct AddToProduct : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AddOp op,
                                PatternRewriter &rewriter) const override {
    Value residual = op.getLhs();
    QLinearOp product = plainQLinear(op.getRhs());
    if (!product) {
      product = plainQLinear(op.getLhs());
      residual = op.getRhs();
    }
    if (!product || residual == product.getResult())
      return rewriter.notifyMatchFailure(op, "no operand is a plain product");
    rewriter.replaceOpWithNewOp<QLinearOp>(
        op, op.getType(), product.getInput(), product.getWeight(),
        product.getCorrection(), product.getMultiplier(), product.getOffset(),
        residual, Value(), Value(), Epilogue::Add, product.getUnitAttr());
    return success();
  }
};

/// quantize(layer_norm(x)): the codes' scale and zero-point move into gamma and
/// beta.
template <typename NormOp>
struct QuantizeLayerNorm : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto norm = op.getInput().getDefiningOp<NormOp>();
    std::optional<TensorQuantizer> quantizer = quantizerOf(op);
    if (!norm || !quantizer || !quantizer->isUnsigned8() ||
        norm.getType().getRank() != 2)
      return rewriter.notifyMatchFailure(op, "not layer_norm of rows to u8");
    FailureOr<Tensor> gamma = readParameter(norm.getGamma());
    FailureOr<Tensor> beta = readParameter(norm.getBeta());
    if (failed(gamma) || failed(beta))
      return failure();
    std::vector<float> scale, shift;
    for (int64_t i = 0; i < gamma->size(); ++i) {
      scale.push_back(gamma->data<float>()[i] / quantizer->scale);
      shift.push_back(beta->data<float>()[i] / quantizer->scale +
                      quantizer->zeroPoint);
    }
    // The quantizer's location is the next unit's, the kernel is this norm's.
    Location loc = norm.getLoc();
    std::string name = parameterName(norm.getGamma(), "layer_norm");
    Value gammaValue = makeParameter(rewriter, loc, name + ".gamma", scale);
    Value betaValue = makeParameter(rewriter, loc, name + ".beta", shift);
    auto fused = rewriter.create<LayerNormQuantizeOp>(
        loc, op.getType(), norm.getInput(), gammaValue, betaValue, rowsOf(norm),
        norm.getEpsilonAttr(), paddingCode(rewriter, norm, *quantizer));
    rewriter.replaceOp(op, fused);
    return success();
  }

  static Value rowsOf(LayerNormOp) { return nullptr; }
  static Value rowsOf(FusedLayerNormOp norm) { return norm.getRows(); }

  /// The code of 0, which padding has.
  static IntegerAttr paddingCode(Builder &builder, LayerNormOp,
                                 const TensorQuantizer &) {
    return builder.getI64IntegerAttr(0);
  }
  static IntegerAttr paddingCode(Builder &builder, FusedLayerNormOp,
                                 const TensorQuantizer &quantizer) {
    return builder.getI64IntegerAttr(std::clamp(quantizer.zeroPoint, 0, 255));
  }
};

} // namespace

void populateQuantizedPatterns(RewritePatternSet &patterns) {
  patterns
      .add<QuantizedLinear, QuantizedPatchEmbed, RequantizeLinear, AddToProduct,
           QuantizeLayerNorm<LayerNormOp>, QuantizeLayerNorm<FusedLayerNormOp>>(
          patterns.getContext());
}

} // namespace mixq
