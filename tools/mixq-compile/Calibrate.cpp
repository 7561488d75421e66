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
#include "tools/Progress.h"
#include "transforms/CorrectBias/CorrectBias.h"
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

absl::StatusOr<std::vector<Tensor>>
calibrationImages(ModuleOp module, const CalibrateOptions &options) {
  if (options.images.empty())
    return makeSyntheticImages(module, kSyntheticImages, options.seed.value);
  return readCalibrationImages(module, options.images, options.count.value,
                               options.seed.value);
}

/// "checkpoint; calibrated on 32 images, seed 0, percentile".
void recordCalibration(ModuleOp module, const CalibrateOptions &options,
                       size_t images) {
  auto origin = module->getAttrOfType<StringAttr>("mixq.provenance");
  std::string text =
      absl::StrCat(origin ? origin.str() : "", "; calibrated on ", images,
                   options.images.empty() ? " synthetic images" : " images",
                   ", seed ", options.seed.value, ", ", options.ranges);
  module->setAttr("mixq.provenance",
                  StringAttr::get(module.getContext(), text));
}

CalibrationMethod rangesMethod(absl::string_view name) {
  if (name == "minmax")
    return CalibrationMethod::MinMax;
  return name == "percentile" ? CalibrationMethod::Percentile
                              : CalibrationMethod::OutputError;
}

absl::Status reparameterizeUnits(Session &session, ModuleOp module,
                                 const std::vector<Tensor> &images,
                                 const CalibrateOptions &options) {
  ReparameterizeConfig config;
  config.threads = options.threadCount();
  return session.run([&] { return reparameterize(module, images, config); });
}

absl::Status correctBiases(Session &session, ModuleOp module,
                           const std::vector<Tensor> &images,
                           const CalibrateOptions &options) {
  CorrectBiasConfig config;
  config.threads = options.threadCount();
  return session.run([&] { return correctBias(module, images, config); });
}

} // namespace

absl::Status calibrate(Session &session, ModuleOp module,
                       const CalibrateOptions &options) {
  absl::StatusOr<std::vector<Tensor>> images =
      calibrationImages(module, options);
  if (!images.ok())
    return images.status();
  absl::Status status = absl::OkStatus();
  if (!options.noReparameterize)
    status = reparameterizeUnits(session, module, *images, options);
  if (!status.ok())
    return status;
  CalibrationOptions calibration;
  calibration.method = rangesMethod(options.ranges);
  calibration.threads = options.threadCount();
  std::unique_ptr<Progress> progress;
  calibration.progress = [&](int64_t done, int64_t total) {
    if (!progress)
      progress = std::make_unique<Progress>("calibrating", "images", total);
    progress->update(done);
  };
  recordCalibration(module, options, images->size());
  status = session.run(
      [&] { return annotateCalibration(module, *images, calibration); });
  if (!status.ok() || options.noBiasCorrection)
    return status;
  return correctBiases(session, module, *images, options);
}

} // namespace mixq
