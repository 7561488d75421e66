//===- TryPlans.cpp - What plans really do to the logits ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/TryPlans.h"

#include "absl/strings/str_format.h"
#include "analysis/Calibration.h"
#include "analysis/FakeQuantization.h"
#include "analysis/Outcomes.h"
#include "analysis/Views.h"
#include "analysis/plan/ModelUnits.h"

#include "mlir/IR/OwningOpRef.h"

using namespace mlir;

namespace mixq {
namespace {

/// Not those that sensitivities were measured on, whose seed is the draw's own.
std::vector<Tensor> viewsOf(const std::vector<Tensor> &images, uint64_t seed) {
  std::vector<Tensor> views;
  for (uint64_t i = 1; i <= kViewsPerImage; ++i)
    for (Tensor &view : makeViews(images, seed + (i << 32)))
      views.push_back(std::move(view));
  return views;
}

class PlanTrial {
public:
  PlanTrial(Session &session, ModuleOp module,
            const std::vector<Tensor> &images, const CalibrateOptions &options)
      : session(session), module(module), options(options), images(images),
        views(viewsOf(images, options.seed.value)) {
    this->options.verify = false;
  }

  size_t viewCount() const { return views.size(); }

  absl::Status begin() {
    auto outcomes = outcomesOf(module, /*hasCodes=*/false);
    if (!outcomes.ok())
      return outcomes.status();
    exact = *std::move(outcomes);
    return absl::OkStatus();
  }

  /// The mean divergence of the network with these bits.
  absl::StatusOr<double> measure(const Assignment &bits) {
    OwningOpRef<ModuleOp> copy = module.clone();
    writeBits(*copy, bits);
    absl::Status status = calibrate(session, *copy, images, options);
    if (!status.ok())
      return status;
    auto outcomes = outcomesOf(*copy, /*hasCodes=*/true);
    if (!outcomes.ok())
      return outcomes.status();
    return compareOutcomes(exact, *outcomes).divergence;
  }

private:
  absl::StatusOr<Outcomes> outcomesOf(ModuleOp graph, bool hasCodes) {
    Outcomes result;
    absl::Status status = session.run([&]() -> LogicalResult {
      FailureOr<Interpreter> interpreter = prepareCalibration(graph, views);
      FakeQuantization codes;
      if (failed(interpreter) ||
          (hasCodes &&
           failed(setActivationQuantizers(interpreter->getFunction(), codes))))
        return failure();
      OutcomeRunner runner(*interpreter, views, options.threadCount(),
                           /*featureOp=*/nullptr);
      FailureOr<Outcomes> outcomes = runner.run(codes);
      if (failed(outcomes))
        return failure();
      result = *std::move(outcomes);
      return success();
    });
    if (!status.ok())
      return status;
    return result;
  }

  Session &session;
  ModuleOp module;
  CalibrateOptions options;
  const std::vector<Tensor> &images;
  std::vector<Tensor> views;
  Outcomes exact; ///< of the float graph
};

} // namespace

absl::StatusOr<size_t> tryPlans(Session &session, ModuleOp module,
                                const std::vector<Tensor> &images,
                                const std::vector<PlanCandidate> &candidates,
                                const CalibrateOptions &options) {
  PlanTrial trial(session, module, images, options);
  absl::Status status = trial.begin();
  if (!status.ok())
    return status;
  absl::PrintF("plans tried on %d views of the calibration images:\n",
               trial.viewCount());
  size_t best = 0;
  std::vector<double> divergences;
  for (size_t i = 0; i < candidates.size(); ++i) {
    size_t same = 0;
    while (candidates[same].plan.bits != candidates[i].plan.bits)
      ++same;
    absl::StatusOr<double> divergence =
        same < i ? absl::StatusOr<double>(divergences[same])
                 : trial.measure(candidates[i].plan.bits);
    if (!divergence.ok())
      return divergence.status();
    divergences.push_back(*divergence);
    absl::PrintF("  %-36s KL %.4g\n", candidates[i].name, *divergence);
    if (*divergence < divergences[best])
      best = i;
  }
  absl::PrintF("chosen: %s\n", candidates[best].name);
  return best;
}

} // namespace mixq
