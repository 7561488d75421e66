//===- ChooseBits.cpp - The bits that mixq compile gives units ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/ChooseBits.h"

#include "absl/strings/str_cat.h"
#include "analysis/allocation/PlanRequest.h"
#include "analysis/plan/ModelUnits.h"
#include "analysis/plan/Plan.h"
#include "analysis/report/Tables.h"
#include "runtime/AtomicFile.h"
#include "tools/mixq-compile/Analyze.h"
#include "tools/mixq-compile/TryPlans.h"

using namespace mlir;

namespace mixq {
namespace {

/// What the graph says before bits are chosen.
struct Graph {
  ModelUnits model;
  Pins given;
};

/// Float where no precision is given: the check has seen to valid names. Of its
/// widths, 8 and 8, only units without `mixq.bits` make use.
Precision precisionOf(const BitsFlags &flags) {
  return flags.precision.empty() ? Precision()
                                 : *parsePrecision(flags.precision);
}

absl::StatusOr<Plan> uniformPlan(const Graph &graph, const WidthPair &widths,
                                 const BitsFlags &flags) {
  absl::StatusOr<Pins> pins =
      parsePins(graph.model, flags.firstLast, flags.pin, graph.given);
  if (!pins.ok())
    return pins.status();
  absl::StatusOr<Assignment> bits =
      uniformAssignment(graph.model, widths, *pins);
  if (!bits.ok())
    return bits.status();
  Plan plan;
  plan.model = graph.model;
  plan.bits = *std::move(bits);
  return plan;
}

/// The widths around those that the plan will be near.
std::vector<unsigned> widthsAround(const WidthPair &widths) {
  if (std::min(widths.weight, widths.activation) <= 4)
    return {2, 3, 4};
  return {4, 5, 6, 7};
}

AnalyzeOptions analyzeOptionsFor(const WidthPair &widths,
                                 const BitsFlags &flags,
                                 const CalibrateOptions &calibrate) {
  AnalyzeOptions options;
  options.fast = flags.fast;
  options.bits = widthsAround(widths);
  options.foldAt = widths;
  options.seed = calibrate.seed.value;
  options.threads = calibrate.threadCount();
  return options;
}

/// What the integer program finds within the budget, or the uniform plan where
/// its module does less to the logits.
absl::StatusOr<Plan> bestPlan(Session &session, ModuleOp module,
                              const Graph &graph, const Analysis &analysis,
                              const std::vector<Tensor> &images,
                              const BitsFlags &flags,
                              const CalibrateOptions &calibrate) {
  const Precision precision = precisionOf(flags);
  PlanRequest request = requestOf(precision);
  request.firstLast = flags.firstLast;
  request.pin = flags.pin;
  request.given = graph.given;
  absl::StatusOr<PlannedBits> planned =
      planBits(analysis, request, /*explain=*/false);
  if (!planned.ok())
    return planned.status();
  absl::StatusOr<Plan> uniform = uniformPlan(graph, precision.widths, flags);
  if (!uniform.ok())
    return uniform.status();
  const std::vector<PlanCandidate> candidates = {
      {"mixed", planned->plan},
      {absl::StrCat("uniform ", nameOf(precision.widths)), *uniform}};
  absl::StatusOr<size_t> best =
      tryPlans(session, module, images, candidates, calibrate);
  if (!best.ok())
    return best.status();
  if (*best == 0)
    std::fputs(describePlan(*planned).c_str(), stdout);
  return candidates[*best].plan;
}

absl::StatusOr<Plan> mixedPlan(Session &session, ModuleOp module,
                               const Graph &graph, const Precision &precision,
                               const std::vector<Tensor> &images,
                               const BitsFlags &flags,
                               const CalibrateOptions &calibrate) {
  const AnalyzeOptions options =
      analyzeOptionsFor(precision.widths, flags, calibrate);
  absl::StatusOr<Analysis> analysis =
      beginAnalysis(session, module, images, options);
  if (!analysis.ok())
    return analysis.status();
  absl::Status status = analyze(session, module, images, options, *analysis);
  if (!status.ok())
    return status;
  return bestPlan(session, module, graph, *analysis, images, flags, calibrate);
}

absl::StatusOr<Plan> makePlan(Session &session, ModuleOp module,
                              const Graph &graph,
                              const std::vector<Tensor> &images,
                              const BitsFlags &flags,
                              const CalibrateOptions &calibrate) {
  if (!flags.plan.empty())
    return readPlan(flags.plan, graph.model);
  const Precision precision = precisionOf(flags);
  return precision.isMixed() ? mixedPlan(session, module, graph, precision,
                                         images, flags, calibrate)
                             : uniformPlan(graph, precision.widths, flags);
}

} // namespace

std::vector<Flag> BitsFlags::list() {
  return {{"precision", "P",
           "fp32 (default), w{2..8}a{2..8} for every unit, or chosen for each "
           "within the uniform size and BitOps: mp{3,4,6}, or only the size: "
           "mp{3,4,6}a8",
           &precision},
          {"plan", "FILE", "the bits of every unit (see mixq plan)", &plan},
          {"save-plan", "FILE", "write the bits of every unit as a plan",
           &savePlan},
          {"first-last", "P",
           "widths of the first and last units (default w8a8), or free",
           &firstLast},
          {"pin", "LIST", "UNIT=w8a8,...: units with other widths", &pin},
          {"fast", "", "for mp: estimate the sensitivity (see mixq analyze)",
           &fast}};
}

absl::Status BitsFlags::check() const {
  if (!plan.empty() && !precision.empty())
    return absl::InvalidArgumentError(
        "--plan and --precision both say what bits units have: give one");
  if (!precision.empty())
    if (auto parsed = parsePrecision(precision); !parsed.ok())
      return parsed.status();
  if (!savePlan.empty() && precision == "fp32")
    return absl::InvalidArgumentError("--save-plan needs bits to save, but "
                                      "--precision fp32 has none");
  return absl::OkStatus();
}

bool BitsFlags::isQuantized() const {
  return !plan.empty() || precisionOf(*this).kind != Precision::Kind::Float;
}

bool BitsFlags::isQuantized(ModuleOp module) const {
  if (isQuantized() || !precision.empty())
    return isQuantized();
  return llvm::any_of(findUnits(module), [](CostOpInterface unit) {
    return unit->hasAttr(kBitsAttr);
  });
}

std::string BitsFlags::name() const {
  return plan.empty() ? absl::StrCat("--precision ", precision)
                      : absl::StrCat("--plan ", plan);
}

absl::Status chooseBits(Session &session, ModuleOp module,
                        const std::vector<Tensor> &images,
                        const BitsFlags &flags,
                        const CalibrateOptions &calibrate) {
  Graph graph;
  absl::Status status = session.run([&]() -> LogicalResult {
    FailureOr<ModelUnits> model = describeUnits(module);
    FailureOr<Pins> given = readBits(module);
    if (failed(model) || failed(given))
      return failure();
    graph = {*std::move(model), *std::move(given)};
    return success();
  });
  if (!status.ok())
    return status;
  absl::StatusOr<Plan> plan =
      makePlan(session, module, graph, images, flags, calibrate);
  if (!plan.ok())
    return plan.status();
  writeBits(module, plan->bits);
  return flags.savePlan.empty() ? absl::OkStatus()
                                : writeFile(flags.savePlan, writePlan(*plan));
}

} // namespace mixq
