//===- Reparameterize.cpp - Give channels similar ranges ------------------===//
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
#include "transforms/Reparameterize/ScalingSource.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mixq {
#define GEN_PASS_DEF_REPARAMETERIZE
#include "transforms/Reparameterize/Reparameterize.h.inc"
} // namespace mixq

using namespace mlir;

namespace mixq {
namespace {

using Kind = ScalingSource::Kind;

ScalingSource sourceOf(const CalibrationSite &site) {
  auto linear = dyn_cast<LinearOp>(site.op);
  return linear ? scalingSourceOf(linear) : ScalingSource();
}

/// Whether a linear is scaled. All rules but the search are for LayerNorms, as
/// published. 8 bits have codes enough for attention's channels as they are.
bool isScaled(const CalibrationSite &site, const ReparameterizeConfig &config) {
  const Kind kind = sourceOf(site).kind;
  if (config.strength >= 0)
    return kind != Kind::None;
  if (config.rule != ScalingRule::Search)
    return kind == Kind::LayerNorm;
  return kind == Kind::Values ? site.space.bits < 8 : kind != Kind::None;
}

LogicalResult apply(LinearOp linear, const ChannelScaling &scaling) {
  if (scaling.isIdentity())
    return success();
  ScalingSource source = scalingSourceOf(linear);
  if (failed(scaleColumns(linear, scaling)))
    return failure();
  return scaleSource(source, linear, scaling);
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
  ScalingSource source = sourceOf(place);
  // A gelu's channels share their lower end: moving the middle only moves zero,
  // around which most values lie.
  space.isOneSided = source.kind == Kind::Gelu;
  space.recentre = !space.isOneSided && !source.addsZeros;
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
  llvm::erase_if(sites, [&](const CalibrationSite &site) {
    return !isScaled(site, config);
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
