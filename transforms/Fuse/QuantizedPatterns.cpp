//===- QuantizedPatterns.cpp - Kernels of the quantized graph -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/ChannelConstants.h"
#include "transforms/Fuse/PatchWeights.h"
#include "transforms/Fuse/Patterns.h"
#include "transforms/Fuse/Products.h"
#include "transforms/Fuse/Residual.h"
#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {
namespace {

struct QuantizedLinear : OpRewritePattern<LinearOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LinearOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<ActivationBytes> activation = activationBytes(op.getInput());
    if (!activation || !op.getBias().getDefiningOp<ParameterOp>())
      return rewriter.notifyMatchFailure(op, "input is not dequantized");
    FailureOr<RowQuantizedWeight> weight = rowQuantizedWeight(op.getWeight());
    if (failed(weight))
      return rewriter.notifyMatchFailure(op, "weight is not quantized by row");
    FailureOr<QLinearOp> product =
        buildProduct(rewriter, op, *activation, *weight, weight->codes,
                     op.getBias(), op.getUnitAttr());
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
    std::optional<TensorQuantizer> quantizer =
        quantize ? quantizerOf(quantize) : std::nullopt;
    if (!quantizer || failed(weight) ||
        !op.getBias().getDefiningOp<ParameterOp>())
      return rewriter.notifyMatchFailure(op, "operands are not quantized");
    FailureOr<Value> codes = flattenPatchWeight(rewriter, weight->codes);
    if (failed(codes) || !quantizer->isUnsigned())
      return failure();
    ActivationBytes patches{quantizePatches(rewriter, op, quantize, *quantizer),
                            quantizer->scale, quantizer->zeroPoint, 0,
                            quantizer->highestByte()};
    FailureOr<QLinearOp> product = buildProduct(
        rewriter, op, patches, *weight, *codes, op.getBias(), op.getUnitAttr());
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
                                            const ResultQuantizer &quantizer) {
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
/// channel_affine between; encode likewise.
template <typename CastOp> struct RequantizeLinear : OpRewritePattern<CastOp> {
  using OpRewritePattern<CastOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(CastOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<ResultQuantizer> quantizer = resultQuantizerOf(op);
    if (!quantizer)
      return rewriter.notifyMatchFailure(op, "result is not bytes");
    if (QLinearOp product = plainQLinear(op.getInput()))
      return requantize(rewriter, op, product, *quantizer);
    auto affine = op.getInput().template getDefiningOp<ChannelAffineOp>();
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

  static LogicalResult requantize(PatternRewriter &rewriter, CastOp op,
                                  QLinearOp product,
                                  const ResultQuantizer &quantizer) {
    FailureOr<ChannelConstants> constants = channelConstantsOf(product);
    if (failed(constants))
      return failure();
    constants->requantize(0, constants->multiplier.size(), quantizer.scale,
                          quantizer.zeroPoint);
    Location loc = op.getLoc();
    Value multiplier =
        makeParameter(rewriter, loc, constantName(product, "multiplier"),
                      constants->multiplier);
    Value offset = makeParameter(rewriter, loc, constantName(product, "offset"),
                                 constants->offset);
    ProductEpilogue epilogue{Epilogue::Requantize};
    epilogue.table = quantizer.table;
    rewriter.replaceOp(op, withEpilogue(rewriter, product, loc, quantizer.type,
                                        multiplier, offset, epilogue));
    return success();
  }

  static LogicalResult geluRequantize(PatternRewriter &rewriter, CastOp op,
                                      QLinearOp product, GeluOp gelu,
                                      ChannelAffineOp affine,
                                      const ResultQuantizer &quantizer) {
    int64_t columns = cast<RankedTensorType>(product.getType()).getDimSize(1);
    FailureOr<ChannelConstants> constants =
        resultConstants(affine, columns, quantizer);
    if (failed(constants))
      return failure();
    Location loc = op.getLoc();
    ProductEpilogue epilogue{Epilogue::GeluRequantize};
    epilogue.tanh = gelu.getTanh();
    epilogue.resultMultiplier =
        makeParameter(rewriter, loc, constantName(product, "result_multiplier"),
                      constants->multiplier);
    epilogue.resultOffset =
        makeParameter(rewriter, loc, constantName(product, "result_offset"),
                      constants->offset);
    epilogue.table = quantizer.table;
    rewriter.replaceOp(op, withEpilogue(rewriter, product, loc, quantizer.type,
                                        product.getMultiplier(),
                                        product.getOffset(), epilogue));
    return success();
  }
};

struct AddToProduct : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AddOp op,
                                PatternRewriter &rewriter) const override {
    auto [product, residual] = productAndResidual(op, plainQLinear);
    if (!product)
      return rewriter.notifyMatchFailure(op, "no operand is a plain product");
    ProductEpilogue epilogue{Epilogue::Add};
    epilogue.residual = residual;
    rewriter.replaceOp(op, withEpilogue(rewriter, product, op.getLoc(),
                                        op.getType(), product.getMultiplier(),
                                        product.getOffset(), epilogue));
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
    if (!norm || !quantizer || !quantizer->isUnsigned() ||
        norm.getType().getRank() != 2)
      return rewriter.notifyMatchFailure(op, "not layer_norm of rows to bytes");
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
    return builder.getI64IntegerAttr(
        std::clamp<int64_t>(quantizer.zeroPoint, 0, quantizer.highestByte()));
  }
};

} // namespace

void populateQuantizedPatterns(RewritePatternSet &patterns) {
  patterns
      .add<QuantizedLinear, QuantizedPatchEmbed, RequantizeLinear<QuantizeOp>,
           RequantizeLinear<EncodeOp>, AddToProduct,
           QuantizeLayerNorm<LayerNormOp>, QuantizeLayerNorm<FusedLayerNormOp>>(
          patterns.getContext());
}

} // namespace mixq
