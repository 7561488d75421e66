//===- Calibrate.cpp - What compiling to codes does first -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Calibrate.h"

#include "tools/mixq-compile/CalibrationImages.h"

#include "absl/strings/str_cat.h"
#include "analysis/Calibration.h"
#include "analysis/WeightSampling.h"
#include "tools/Flags.h"
#include "tools/Progress.h"
#include "tools/mixq-compile/VerifyFold.h"
#include "transforms/CorrectBias/CorrectBias.h"
#include "transforms/QuantizeWeights/QuantizeWeights.h"
#include "transforms/Reparameterize/Reparameterize.h"

#include <thread>

using namespace mlir;

namespace mixq {

int64_t CalibrateOptions::threadCount() const {
  return threads.value ? threads.value
                       : std::max(1u, std::thread::hardware_concurrency());
}

namespace {

/// Images for a model whose weights are made up: its ranges only have to be
/// plausible.
constexpr int64_t kSyntheticImages = 2;

/// "checkpoint; calibrated on 32 images, seed 0, percentile".
void recordCalibration(ModuleOp module, const CalibrateOptions &options,
                       size_t images) {
  auto origin = module->getAttrOfType<StringAttr>("mixq.provenance");
  std::string text = absl::StrCat(
      origin ? origin.str() : "", "; calibrated on ", images,
      options.images.empty() ? " synthetic images" : " images", ", seed ",
      options.seed.value, ", ", options.ranges, ", fold ", options.fold, ", ",
      options.rounding, options.qkvScale == "head" ? ", scales per head" : "");
  module->setAttr("mixq.provenance",
                  StringAttr::get(module.getContext(), text));
}

CalibrationMethod rangesMethod(absl::string_view name) {
  if (name == "minmax")
    return CalibrationMethod::MinMax;
  return name == "percentile" ? CalibrationMethod::Percentile
                              : CalibrationMethod::OutputError;
}

ScalingRule scalingRule(absl::string_view name) {
  if (name == "plain")
    return ScalingRule::Plain;
  if (name == "power")
    return ScalingRule::Power;
  return name == "clipped" ? ScalingRule::Clipped : ScalingRule::Search;
}

/// Shows "calibrating: 12 of 32 images" while a step runs.
class StepProgress {
public:
  StepProgress(absl::string_view what, absl::string_view unit)
      : what(what), unit(unit) {}

  std::function<void(int64_t done, int64_t total)> callback() {
    return [this](int64_t done, int64_t total) {
      if (!progress)
        progress = std::make_unique<Progress>(what, unit, total);
      progress->update(done);
    };
  }

private:
  const absl::string_view what, unit;
  std::unique_ptr<Progress> progress;
};

absl::Status reparameterizeUnits(Session &session, ModuleOp module,
                                 const std::vector<Tensor> &images,
                                 const CalibrateOptions &options) {
  if (options.fold == "none")
    return absl::OkStatus();
  StepProgress progress("reparameterizing", "images");
  ReparameterizeConfig config;
  config.rule = scalingRule(options.fold);
  config.spread = options.clip.value;
  config.threads = options.threadCount();
  config.progress = progress.callback();
  return session.run([&] { return reparameterize(module, images, config); });
}

absl::Status reparameterizeVerified(Session &session, ModuleOp module,
                                    const std::vector<Tensor> &images,
                                    const CalibrateOptions &options) {
  if (!options.verify)
    return reparameterizeUnits(session, module, images, options);
  const unsigned threads = options.threadCount();
  auto verification = FoldVerification::begin(session, module, images, threads);
  if (!verification.ok())
    return verification.status();
  absl::Status status = reparameterizeUnits(session, module, images, options);
  return status.ok() ? verification->finish(session, module, images, threads)
                     : status;
}

absl::Status annotateActivations(Session &session, ModuleOp module,
                                 const std::vector<Tensor> &images,
                                 const CalibrateOptions &options) {
  StepProgress progress("calibrating", "images");
  CalibrationOptions calibration;
  calibration.method = rangesMethod(options.ranges);
  calibration.useCodebooks = !options.noCodebook;
  calibration.qkvScale =
      options.qkvScale == "head" ? QkvScale::Head : QkvScale::Tensor;
  calibration.threads = options.threadCount();
  calibration.progress = progress.callback();
  return session.run(
      [&] { return annotateCalibration(module, images, calibration); });
}

/// 8-bit weights lose nothing to rounding that is worth an adjustment to these
/// images: there nearest did a little better.
bool hasFewerBits(ModuleOp module) {
  WalkResult result = module.walk([](Operation *op) {
    std::optional<WeightedUnit> unit = weightedUnitOf(op);
    return unit && unit->weightBits < 8 ? WalkResult::interrupt()
                                        : WalkResult::advance();
  });
  return result.wasInterrupted();
}

absl::Status roundWeights(Session &session, ModuleOp module,
                          const std::vector<Tensor> &images,
                          const CalibrateOptions &options) {
  StepProgress progress("quantizing weights", "units");
  QuantizeWeightsConfig config;
  config.threads = options.threadCount();
  config.progress = progress.callback();
  return session.run([&] { return quantizeWeights(module, images, config); });
}

absl::Status correctBiases(Session &session, ModuleOp module,
                           const std::vector<Tensor> &images,
                           const CalibrateOptions &options) {
  if (options.noBiasCorrection)
    return absl::OkStatus();
  CorrectBiasConfig config;
  config.threads = options.threadCount();
  return session.run([&] { return correctBias(module, images, config); });
}

} // namespace

absl::Status checkCalibrateOptions(const CalibrateOptions &options) {
  absl::Status status =
      oneOf("ranges", options.ranges, {"output-error", "percentile", "minmax"});
  if (status.ok())
    status = oneOf("fold", options.fold,
                   {"none", "plain", "clipped", "power", "search"});
  if (status.ok())
    status = oneOf("qkv-scale", options.qkvScale, {"tensor", "head"});
  if (status.ok())
    status = oneOf("rounding", options.rounding, {"nearest", "gptq"});
  return status;
}

absl::StatusOr<std::vector<Tensor>>
calibrationImages(ModuleOp module, const CalibrateOptions &options) {
  if (options.images.empty())
    return makeSyntheticImages(module, kSyntheticImages, options.seed.value);
  return readCalibrationImages(module, options.images, options.count.value,
                               options.seed.value);
}

absl::Status calibrate(Session &session, ModuleOp module,
                       const std::vector<Tensor> &images,
                       const CalibrateOptions &options) {
  recordCalibration(module, options, images.size());
  absl::Status status =
      reparameterizeVerified(session, module, images, options);
  if (status.ok())
    status = annotateActivations(session, module, images, options);
  if (!status.ok())
    return status;
  return options.rounding == "gptq" && hasFewerBits(module)
             ? roundWeights(session, module, images, options)
             : correctBiases(session, module, images, options);
}

} // namespace mixq
