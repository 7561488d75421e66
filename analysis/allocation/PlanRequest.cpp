//===- PlanRequest.cpp - From an analysis and a budget to a plan ----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/allocation/PlanRequest.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <cmath>

namespace mixq {
namespace {

template <typename T> void lower(std::optional<T> &limit, T value) {
  limit = limit ? std::min(*limit, value) : value;
}

/// Rounded down, and not beyond int64.
int64_t toInteger(double value) {
  return static_cast<int64_t>(std::floor(std::min(value, 0x1p62)));
}

/// Weights of unpinned units at `bits` on average, pinned ones as they are.
absl::StatusOr<int64_t> averageWeightLimit(const ModelUnits &model,
                                           const Pins &pins, double bits) {
  auto pinned = pinnedTensors(model, pins);
  if (!pinned.ok())
    return pinned.status();
  double total = 0;
  for (const Unit &unit : model.units)
    for (const UnitOperand &operand : unit.operands)
      if (operand.isWeight) {
        auto pin = pinned->find(operand.tensor);
        total += double(unit.parameters) *
                 (pin == pinned->end() ? bits : double(pin->second));
      }
  return toInteger(total);
}

absl::StatusOr<Limits> limitsOf(const ModelUnits &model, const Pins &pins,
                                const PlanRequest &request) {
  Limits limits;
  if (request.like) {
    auto uniform = uniformAssignment(model, *request.like, pins);
    if (!uniform.ok())
      return uniform.status();
    limits.weightBits = weightBitsOf(model, *uniform);
    if (!request.onlySize)
      limits.bitOps = bitOpsOf(model, *uniform);
  }
  if (request.sizeBytes)
    lower(limits.weightBits, toInteger(8 * *request.sizeBytes));
  if (request.bitOps)
    lower(limits.bitOps, toInteger(*request.bitOps));
  if (request.averageBits) {
    auto limit = averageWeightLimit(model, pins, *request.averageBits);
    if (!limit.ok())
      return limit.status();
    lower(limits.weightBits, *limit);
  }
  limits.latencyMs = request.latencyMs;
  if (!limits.any())
    return absl::InvalidArgumentError("a plan needs a budget");
  if (limits.latencyMs && !request.costModel)
    return absl::InvalidArgumentError("a latency budget needs a cost model");
  return limits;
}

/// The widths that each operand may have.
class Candidates {
public:
  Candidates(const PlanRequest &request, const Limits &limits,
             std::map<int64_t, unsigned> pinned)
      : weights(orAll(request.weightWidths)),
        activations(orAll(request.activationWidths)),
        pinned(std::move(pinned)) {
    // With no limit on what the width of activations changes, 8 is as good.
    if (request.activationWidths.empty() && !limits.bitOps && !limits.latencyMs)
      activations = {kMaxBits};
  }

  std::vector<unsigned> of(const UnitOperand &operand) const {
    if (auto pin = pinned.find(operand.tensor); pin != pinned.end())
      return {pin->second};
    return operand.isWeight ? weights : activations;
  }

private:
  static std::vector<unsigned> orAll(std::vector<unsigned> widths) {
    if (widths.empty())
      for (unsigned bits = kMinBits; bits <= kMaxBits; ++bits)
        widths.push_back(bits);
    return widths;
  }

  std::vector<unsigned> weights, activations;
  std::map<int64_t, unsigned> pinned;
};

/// An error where a width that the operand may have was not measured.
absl::Status checkMeasured(const Unit &unit, size_t operand,
                           const std::vector<OperandDamage> &damage,
                           const std::vector<unsigned> &widths) {
  for (unsigned bits : widths)
    if (std::isnan(damage[operand][bits - kMinBits]))
      return absl::FailedPreconditionError(
          absl::StrCat("the analysis is incomplete: unit '", unit.name, "', ",
                       roleOf(unit, operand), ": expects a measurement at ",
                       bits, " bits, or other widths to choose from"));
  return absl::OkStatus();
}

/// All pairs of candidates that the target has.
absl::StatusOr<std::vector<Choice>>
choicesOf(const Unit &unit, const std::vector<OperandDamage> &damage,
          const Candidates &candidates, const PlanRequest &request) {
  std::vector<Choice> choices;
  for (size_t i = 0; i < unit.operands.size(); ++i)
    if (absl::Status status =
            checkMeasured(unit, i, damage, candidates.of(unit.operands[i]));
        !status.ok())
      return status;
  for (unsigned first : candidates.of(unit.operands[0]))
    for (unsigned second : candidates.of(unit.operands[1])) {
      const Widths bits = {first, second};
      if (request.costModel && !request.costModel->has(unit, bits))
        continue;
      const double latency =
          request.costModel ? request.costModel->latencyMs(unit, bits) : 0;
      choices.push_back(
          {bits, damage[0][first - kMinBits] + damage[1][second - kMinBits],
           latency});
    }
  if (choices.empty())
    return absl::InvalidArgumentError(
        absl::StrCat("unit '", unit.name,
                     "': the cost model has none of the widths it may have"));
  return choices;
}

absl::StatusOr<AllocationProblem> makeProblem(const ModelUnits &model,
                                              const Damages &damages,
                                              const PlanRequest &request) {
  absl::StatusOr<Pins> pins =
      parsePins(model, request.firstLast, request.pin, request.given);
  if (!pins.ok())
    return pins.status();
  auto pinned = pinnedTensors(model, *pins);
  if (!pinned.ok())
    return pinned.status();
  absl::StatusOr<Limits> limits = limitsOf(model, *pins, request);
  if (!limits.ok())
    return limits.status();
  AllocationProblem problem;
  problem.model = model;
  problem.limits = *limits;
  const Candidates candidates(request, *limits, *std::move(pinned));
  for (size_t u = 0; u < model.units.size(); ++u) {
    auto choices =
        choicesOf(model.units[u], damages.operands[u], candidates, request);
    if (!choices.ok())
      return choices.status();
    problem.choices.push_back(*std::move(choices));
  }
  return problem;
}

Plan makePlan(const PlannedBits &planned, const ModelUnits &model) {
  Plan plan;
  plan.model = model;
  plan.bits = planned.allocation.bits;
  const Limits &limits = planned.limits;
  if (limits.weightBits)
    plan.budget.sizeBytes = double(*limits.weightBits) / 8;
  if (limits.bitOps)
    plan.budget.bitOps = double(*limits.bitOps);
  plan.budget.latencyMs = limits.latencyMs;
  plan.reasons.resize(model.units.size());
  for (size_t u = 0; u < model.units.size(); ++u) {
    if (!planned.damages.relevance.empty())
      plan.reasons[u].relevance = planned.damages.relevance[u];
    for (size_t i = 0; i < plan.bits[u].size(); ++i) {
      const unsigned bits = plan.bits[u][i];
      plan.reasons[u].sensitivity[widthName(model.units[u], i, bits)] =
          planned.damages.operands[u][i][bits - kMinBits];
    }
  }
  return plan;
}

/// The multiples of the limits at which the front is solved for.
const std::vector<double> kFrontFactors = {0.6, 0.7,  0.8, 0.9, 1.1,
                                           1.2, 1.35, 1.5, 2};

absl::Status explainPlan(const AllocationProblem &problem,
                         const SolveOptions &options, PlannedBits &planned) {
  auto binding = bindingLimits(problem, planned.allocation, options);
  if (!binding.ok())
    return binding.status();
  auto front = paretoFront(problem, kFrontFactors, options);
  if (!front.ok())
    return front.status();
  planned.binding = *std::move(binding);
  planned.front = *std::move(front);
  planned.front.push_back({1, planned.allocation});
  std::sort(planned.front.begin(), planned.front.end(),
            [](const ParetoPoint &a, const ParetoPoint &b) {
              return a.factor < b.factor;
            });
  return absl::OkStatus();
}

} // namespace

absl::StatusOr<PlannedBits> planBits(const Analysis &analysis,
                                     const PlanRequest &request, bool explain) {
  PlannedBits planned;
  absl::StatusOr<Damages> damages = damagesOf(analysis, request.damage);
  if (!damages.ok())
    return damages.status();
  planned.damages = *std::move(damages);
  auto problem = makeProblem(analysis.model, planned.damages, request);
  if (!problem.ok())
    return problem.status();
  planned.limits = problem->limits;
  auto allocation = allocate(*problem, request.solve);
  if (!allocation.ok())
    return allocation.status();
  planned.allocation = *std::move(allocation);
  planned.plan = makePlan(planned, analysis.model);
  absl::Status status = absl::OkStatus();
  if (explain)
    status = explainPlan(*problem, request.solve, planned);
  if (!status.ok())
    return status;
  return planned;
}

double damageOf(const Damages &damages, const Assignment &bits) {
  double total = 0;
  for (size_t u = 0; u < bits.size(); ++u)
    for (size_t i = 0; i < bits[u].size(); ++i)
      total += damages.operands[u][i][bits[u][i] - kMinBits];
  return total;
}

PlanRequest requestOf(const Precision &precision) {
  PlanRequest request;
  request.like = precision.widths;
  request.onlySize = precision.kind == Precision::Kind::MixedWeight;
  if (request.onlySize)
    request.activationWidths = {kMaxBits};
  return request;
}

} // namespace mixq
