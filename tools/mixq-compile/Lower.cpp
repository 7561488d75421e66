//===- Lower.cpp - From a model to what is emitted ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Lower.h"

#include "absl/strings/str_cat.h"
#include "dialect/Parameters.h"
#include "tools/mixq-compile/Calibrate.h"
#include "tools/mixq-compile/ChooseBits.h"
#include "transforms/Passes.h"

using namespace mlir;

namespace mixq {

/// What calibration sees, and its attributes.
static absl::Status cleanAndCalibrate(Session &session, ModuleOp module,
                                      const CompileOptions &options) {
  if (options.calibrate.images.empty() && !options.checkpoint.randomWeights)
    return absl::InvalidArgumentError(
        "units have `mixq.bits`: that needs --calibration DIR, a folder of "
        "images, or --precision fp32");
  absl::Status status = session.runPasses(module, buildCleanupPipeline);
  if (!status.ok())
    return status;
  absl::StatusOr<std::vector<Tensor>> images =
      calibrationImages(module, options.calibrate);
  if (!images.ok())
    return images.status();
  status =
      chooseBits(session, module, *images, options.bits, options.calibrate);
  return status.ok() ? calibrate(session, module, *images, options.calibrate)
                     : status;
}

absl::Status quantizeGraph(Session &session, ModuleOp module,
                           const CompileOptions &options) {
  if (module->hasAttr(kConstantsName))
    return absl::InvalidArgumentError(
        absl::StrCat("expected a graph for --emit ", options.emit,
                     ", got a lowered module"));
  absl::Status status = cleanAndCalibrate(session, module, options);
  if (!status.ok())
    return status;
  return session.runPasses(module, [&](OpPassManager &manager) {
    addQuantizePipeline(manager, options.quantizeOptions());
  });
}

absl::Status lowerToSteps(Session &session, ModuleOp module,
                          const CompileOptions &options) {
  if (module->hasAttr(kConstantsName))
    return absl::OkStatus();
  const bool isQuantized = options.bits.isQuantized(module);
  if (isQuantized)
    if (absl::Status status = cleanAndCalibrate(session, module, options);
        !status.ok())
      return status;
  if (isQuantized)
    module->setAttr(
        "mixq.precision",
        StringAttr::get(module.getContext(), options.bits.precisionName()));
  return session.runPasses(module, [&](OpPassManager &manager) {
    if (isQuantized)
      addIntegerPipeline(manager, options.targetCpu, options.quantizeOptions());
    else
      buildFp32Pipeline(manager, options.targetCpu);
  });
}

absl::Status checkHasBits(ModuleOp module, const CompileOptions &options) {
  if (options.bits.isQuantized(module))
    return absl::OkStatus();
  std::string what;
  if (options.emitsQuantized())
    what = absl::StrCat("--emit ", options.emit);
  else if (!options.bits.savePlan.empty())
    what = "--save-plan";
  if (what.empty())
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(what, " needs --plan, a --precision other than fp32, or "
                         "units with `mixq.bits`"));
}

} // namespace mixq
