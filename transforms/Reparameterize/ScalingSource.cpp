//===- ScalingSource.cpp - Where channels get their ranges ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Reparameterize/ScalingSource.h"

#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {
namespace {

bool hasParameters(LinearOp linear) {
  return isParameter(linear.getWeight()) && isParameter(linear.getBias());
}

int64_t columnsOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape().back();
}

/// What makes the rows of a value that moves of rows then put in another order,
/// nothing else reading them. Scales of channels pass through such moves.
ScalingSource producerOf(Value value) {
  ScalingSource source;
  source.op = value.getDefiningOp();
  while (auto move = dyn_cast_or_null<RowMapOpInterface>(source.op)) {
    Value input = move->getOperand(0);
    if (!input.hasOneUse() || columnsOf(input) != columnsOf(move->getResult(0)))
      return {};
    source.addsZeros |= llvm::is_contained(move.getSourceRows(), -1);
    source.op = input.getDefiningOp();
  }
  return source;
}

/// The linear with parameters that alone makes what is split; or null.
LinearOp projectionOf(SplitQkvOp split) {
  auto linear = split.getInput().getDefiningOp<LinearOp>();
  return linear && split.getInput().hasOneUse() && hasParameters(linear)
             ? linear
             : nullptr;
}

/// The linear that makes the values of an attention with this result; null
/// where scales do not pass.
LinearOp valueProjectionOf(MergeHeadsOp merge) {
  auto product = merge.getInput().getDefiningOp<MatmulOp>();
  if (!product || !product->hasOneUse() || product.getTransposeRhs() ||
      !product.getMultiplier().isExactlyValue(1) ||
      !product.getLhs().getDefiningOp<SoftmaxOp>())
    return nullptr;
  auto split = product.getRhs().getDefiningOp<SplitQkvOp>();
  if (!split || product.getRhs() != split.getValue() ||
      !split.getValue().hasOneUse())
    return nullptr;
  return projectionOf(split);
}

std::vector<float> floatsOf(const Tensor &tensor) {
  return {tensor.data<float>(), tensor.data<float>() + tensor.size()};
}

void assign(LinearOp linear, const Tensor &weight, std::vector<float> values,
            const std::vector<float> &bias) {
  OpBuilder builder(linear);
  linear.getWeightMutable().assign(
      makeParameter(builder, linear.getLoc(),
                    parameterName(linear.getWeight(), "weight") + ".scaled",
                    Tensor::of<float>(weight.shape(), std::move(values)),
                    builder.getF32Type()));
  linear.getBiasMutable().assign(makeParameter(
      builder, linear.getLoc(),
      parameterName(linear.getBias(), "bias") + ".shifted", bias));
}

/// gamma' = gamma / r and beta' = (beta - m) / r.
LogicalResult scaleLayerNorm(LayerNormOp norm, const ChannelScaling &scaling) {
  FailureOr<Tensor> gamma = readParameter(norm.getGamma());
  FailureOr<Tensor> beta = readParameter(norm.getBeta());
  if (failed(gamma) || failed(beta))
    return failure();
  std::vector<float> scale = floatsOf(*gamma), shift = floatsOf(*beta);
  for (size_t c = 0; c < scale.size(); ++c) {
    scale[c] /= scaling.scale[c];
    shift[c] = (shift[c] - scaling.shift[c]) / scaling.scale[c];
  }
  OpBuilder builder(norm);
  norm.getGammaMutable().assign(makeParameter(
      builder, norm.getLoc(),
      parameterName(norm.getGamma(), "gamma") + ".scaled", scale));
  norm.getBetaMutable().assign(
      makeParameter(builder, norm.getLoc(),
                    parameterName(norm.getBeta(), "beta") + ".scaled", shift));
  return success();
}

/// x' = fma(x, 1 / r, -m / r).
void insertChannelAffine(LinearOp linear, const ChannelScaling &scaling) {
  std::vector<float> multiplier, offset;
  for (size_t c = 0; c < scaling.scale.size(); ++c) {
    multiplier.push_back(1 / scaling.scale[c]);
    offset.push_back(-scaling.shift[c] / scaling.scale[c]);
  }
  OpBuilder builder(linear);
  Location loc = linear.getLoc();
  std::string name = linear.getUnit().value_or("linear").str();
  Value multiplierValue =
      makeParameter(builder, loc, name + ".channel_multiplier", multiplier);
  Value offsetValue =
      makeParameter(builder, loc, name + ".channel_offset", offset);
  linear.getInputMutable().assign(builder.create<ChannelAffineOp>(
      loc, linear.getInput().getType(), linear.getInput(), multiplierValue,
      offsetValue));
}

} // namespace

ScalingSource scalingSourceOf(LinearOp linear) {
  if (!hasParameters(linear) || !linear.getInput().hasOneUse())
    return {};
  ScalingSource source = producerOf(linear.getInput());
  if (auto norm = dyn_cast_or_null<LayerNormOp>(source.op)) {
    if (isParameter(norm.getGamma()) && isParameter(norm.getBeta()))
      source.kind = ScalingSource::Kind::LayerNorm;
  } else if (isa_and_nonnull<GeluOp>(source.op)) {
    source.kind = ScalingSource::Kind::Gelu;
  } else if (auto merge = dyn_cast_or_null<MergeHeadsOp>(source.op)) {
    source.op = valueProjectionOf(merge);
    if (source.op)
      source.kind = ScalingSource::Kind::Values;
  }
  return source;
}

LogicalResult scaleColumns(LinearOp linear, const ChannelScaling &scaling) {
  FailureOr<Tensor> weight = readParameter(linear.getWeight());
  FailureOr<Tensor> bias = readParameter(linear.getBias());
  if (failed(weight) || failed(bias))
    return failure();
  int64_t columns = weight->dim(1);
  std::vector<float> values = floatsOf(*weight), shifted = floatsOf(*bias);
  for (int64_t n = 0; n < weight->dim(0); ++n) {
    double sum = shifted[n];
    for (int64_t c = 0; c < columns; ++c) {
      sum += double(values[n * columns + c]) * scaling.shift[c];
      values[n * columns + c] *= scaling.scale[c];
    }
    shifted[n] = static_cast<float>(sum);
  }
  assign(linear, *weight, std::move(values), shifted);
  return success();
}

LogicalResult scaleRows(LinearOp linear, int64_t first,
                        const ChannelScaling &scaling) {
  FailureOr<Tensor> weight = readParameter(linear.getWeight());
  FailureOr<Tensor> bias = readParameter(linear.getBias());
  if (failed(weight) || failed(bias))
    return failure();
  int64_t columns = weight->dim(1);
  std::vector<float> values = floatsOf(*weight), shifted = floatsOf(*bias);
  for (size_t n = 0; n < scaling.scale.size(); ++n) {
    float scale = scaling.scale[n];
    for (int64_t c = 0; c < columns; ++c)
      values[(first + n) * columns + c] /= scale;
    shifted[first + n] = (shifted[first + n] - scaling.shift[n]) / scale;
  }
  assign(linear, *weight, std::move(values), shifted);
  return success();
}

LogicalResult scaleSource(const ScalingSource &source, LinearOp linear,
                          const ChannelScaling &scaling) {
  switch (source.kind) {
  case ScalingSource::Kind::LayerNorm:
    return scaleLayerNorm(cast<LayerNormOp>(source.op), scaling);
  case ScalingSource::Kind::Gelu:
    insertChannelAffine(linear, scaling);
    return success();
  case ScalingSource::Kind::Values: {
    // Values are the last third of what the projection makes.
    auto projection = cast<LinearOp>(source.op);
    int64_t width = scaling.scale.size();
    return scaleRows(projection, 2 * width, scaling);
  }
  case ScalingSource::Kind::None:
    return success();
  }
}

} // namespace mixq
