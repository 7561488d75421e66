//===- Reparameterize.cpp - Give channels similar ranges ------------*- C++
//-*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Reparameterize/Reparameterize.h"

#include "analysis/Calibration.h"
#include "analysis/ImageArchive.h"
#include "analysis/OutputErrorStrategy.h"
#include "analysis/Parallel.h"
#include "dialect/Bits.h"
#include "transforms/Parameters.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mixq {
#define GEN_PASS_DEF_REPARAMETERIZE
#include "transforms/Reparameterize/Reparameterize.h.inc"
} // namespace mixq

using namespace mlir;

namespace mixq {
namespace {

/// What makes the rows of a value that `moves` then put in another order,
/// nothing else reading them. Scales of channels pass through moves of rows.
struct Producer {
  Operation *op; ///< or null
  SmallVector<RowMapOpInterface> moves;

  /// Whether the moves add rows of zeros, which no shift of channels may move.
  bool addsZeros() const {
    return llvm::any_of(moves, [](RowMapOpInterface move) {
      return llvm::is_contained(move.getSourceRows(), -1);
    });
  }
};

int64_t columnsOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape().back();
}

Producer producerOf(Value value) {
  Producer producer{value.getDefiningOp(), {}};
  while (auto move = dyn_cast_or_null<RowMapOpInterface>(producer.op)) {
    Value input = move->getOperand(0);
    if (!input.hasOneUse() || columnsOf(input) != columnsOf(move->getResult(0)))
      return {nullptr, {}};
    producer.moves.push_back(move);
    producer.op = input.getDefiningOp();
  }
  return producer;
}

/// Linears that alone use a layer_norm or gelu.
bool canReparameterize(const CalibrationSite &site) {
  auto linear = dyn_cast<LinearOp>(site.op);
  if (!linear || !isParameter(linear.getWeight()) ||
      !isParameter(linear.getBias()) || !linear.getInput().hasOneUse())
    return false;
  Operation *producer = producerOf(linear.getInput()).op;
  if (auto norm = dyn_cast_or_null<LayerNormOp>(producer))
    return isParameter(norm.getGamma()) && isParameter(norm.getBeta());
  return isa_and_nonnull<GeluOp>(producer);
}

std::vector<float> floatsOf(const Tensor &tensor) {
  return {tensor.data<float>(), tensor.data<float>() + tensor.size()};
}

/// W'_nc = W_nc r_c and b'_n = b_n + sum_c W_nc m_c.
LogicalResult scaleWeight(LinearOp linear, const ChannelScaling &scaling) {
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
  OpBuilder builder(linear);
  linear.getWeightMutable().assign(makeParameter(
      builder, linear.getLoc(),
      parameterName(linear.getWeight(), "weight") + ".scaled",
      Tensor::of<float>(weight->shape(), values), builder.getF32Type()));
  linear.getBiasMutable().assign(makeParameter(
      builder, linear.getLoc(),
      parameterName(linear.getBias(), "bias") + ".shifted", shifted));
  return success();
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

LogicalResult apply(LinearOp linear, const ChannelScaling &scaling) {
  if (scaling.isIdentity())
    return success();
  if (failed(scaleWeight(linear, scaling)))
    return failure();
  if (auto norm = dyn_cast<LayerNormOp>(producerOf(linear.getInput()).op))
    return scaleLayerNorm(norm, scaling);
  insertChannelAffine(linear, scaling);
  return success();
}

Producer producerOf(const CalibrationSite &place) {
  return producerOf(place.op->getOperand(place.operand));
}

bool followsLayerNorm(const CalibrationSite &place) {
  return isa_and_nonnull<LayerNormOp>(producerOf(place).op);
}

FailureOr<ChannelScaling> chooseScaling(const OutputErrorStrategy &strategy,
                                        const CalibrationSite &place,
                                        size_t site,
                                        const ReparameterizeConfig &config) {
  FailureOr<SmallVector<unsigned>> bits =
      bitsOf(cast<CostOpInterface>(place.op));
  if (failed(bits))
    return failure();
  ScalingSpace space;
  space.rule = config.rule;
  space.spread = config.spread;
  // A gelu's channels share their lower end: moving the middle only moves zero,
  // around which most values lie.
  space.isOneSided = !followsLayerNorm(place);
  space.recentre = !space.isOneSided && !producerOf(place).addsZeros();
  space.activationBits = bits->front();
  space.weightBits = bits->back();
  const std::vector<ValueRange> &channels = strategy.channelRangesOf(site);
  if (config.strength >= 0)
    return powerScaling(channels, config.strength, space.recentre);
  absl::StatusOr<ChannelScaling> scaling =
      searchScaling(strategy.samplesOf(site).front(), channels, space);
  if (!scaling.ok())
    return place.op->emitOpError(std::string(scaling.status().message()));
  return *std::move(scaling);
}

struct ReparameterizePass : impl::ReparameterizeBase<ReparameterizePass> {
  using ReparameterizeBase::ReparameterizeBase;

  void runOnOperation() override {
    ReparameterizeConfig config;
    config.strength = strength;
    config.rule = rule;
    config.spread = spread;
    FailureOr<std::vector<Tensor>> read =
        readImageArchive(getOperation(), images);
    if (failed(read) ||
        failed(mixq::reparameterize(getOperation(), *read, config)))
      signalPassFailure();
  }
};

} // namespace

LogicalResult reparameterize(ModuleOp module, ArrayRef<Tensor> images,
                             const ReparameterizeConfig &config) {
  FailureOr<Interpreter> interpreter = prepareCalibration(module, images);
  if (failed(interpreter))
    return failure();
  std::vector<CalibrationSite> sites =
      findCalibrationSites(interpreter->getFunction());
  // The other rules are for LayerNorms, as published.
  bool withGelu = config.rule == ScalingRule::Search || config.strength >= 0;
  llvm::erase_if(sites, [&](const CalibrationSite &site) {
    return !canReparameterize(site) || !(withGelu || followsLayerNorm(site));
  });
  OutputErrorStrategy strategy(sites, images.size());
  CalibrationOptions options;
  options.threads = config.threads;
  options.progress = config.progress;
  if (failed(runStrategy(*interpreter, sites, images, strategy, options)))
    return failure();
  std::vector<ChannelScaling> scalings(sites.size());
  auto choose = [&](int64_t site) -> LogicalResult {
    FailureOr<ChannelScaling> scaling =
        chooseScaling(strategy, sites[site], site, config);
    if (succeeded(scaling))
      scalings[site] = *std::move(scaling);
    return scaling;
  };
  if (failed(parallelFor(sites.size(), interpreter->threadsOf(config.threads),
                         choose)))
    return failure();
  for (auto [site, scaling] : llvm::zip(sites, scalings))
    if (failed(apply(cast<LinearOp>(site.op), scaling)))
      return failure();
  return success();
}

} // namespace mixq
