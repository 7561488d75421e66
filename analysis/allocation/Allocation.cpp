//===- Allocation.cpp - Which widths each unit gets -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/allocation/Allocation.h"

#include "analysis/allocation/AllocationProgram.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <cmath>

namespace mixq {
namespace {

Allocation readSolution(const AllocationProblem &problem,
                        const BinarySolution &solution) {
  Allocation result;
  size_t column = 0;
  for (const std::vector<Choice> &choices : problem.choices)
    for (const Choice &choice : choices)
      if (solution.values[column++]) {
        result.bits.push_back(choice.bits);
        result.damage += choice.damage;
        result.latencyMs += choice.latencyMs;
      }
  result.gap = solution.gap;
  result.weightBits = weightBitsOf(problem.model, result.bits);
  result.bitOps = bitOpsOf(problem.model, result.bits);
  return result;
}

bool exceeds(const Allocation &allocation, const Limits &limits) {
  return allocation.weightBits > limits.weightBits.value_or(INT64_MAX) ||
         allocation.bitOps > limits.bitOps.value_or(INT64_MAX) ||
         allocation.latencyMs > limits.latencyMs.value_or(allocation.latencyMs);
}

/// Nothing where there is no plan. The solver keeps limits to a tolerance of
/// 1e-7, we exactly: a plan that exceeds one is solved for again, with slack.
absl::StatusOr<std::optional<Allocation>>
minimise(const AllocationProblem &problem, CostOfChoice cost,
         const SolveOptions &options) {
  for (double slack : {0.0, 1e-6}) {
    BinaryProgram program = makeProgram(problem, cost, slack);
    absl::StatusOr<BinarySolution> solution = solve(program, options);
    if (!solution.ok())
      return solution.status();
    if (!solution->isFeasible)
      return std::optional<Allocation>();
    Allocation allocation = readSolution(problem, *solution);
    if (!exceeds(allocation, problem.limits))
      return std::optional<Allocation>(std::move(allocation));
  }
  return absl::InternalError("the integer program's solution exceeds a limit");
}

/// Without the limit of one resource.
AllocationProblem withoutLimit(AllocationProblem problem, size_t resource) {
  Limits &limits = problem.limits;
  if (resource == 0)
    limits.weightBits.reset();
  else if (resource == 1)
    limits.bitOps.reset();
  else
    limits.latencyMs.reset();
  return problem;
}

std::string amountText(size_t resource, double amount) {
  if (resource == 0)
    return absl::StrCat(static_cast<int64_t>(std::ceil(amount / 8)), " bytes");
  if (resource == 1)
    return absl::StrCat(static_cast<int64_t>(amount));
  return absl::StrCat(amount, " ms");
}

/// "the smallest size with the other limits kept is 12 bytes", or what even the
/// other limits do not allow.
absl::StatusOr<std::string> smallest(const AllocationProblem &problem,
                                     size_t index,
                                     const SolveOptions &options) {
  const Resource &resource = kResources[index];
  AllocationProblem relaxed = withoutLimit(problem, index);
  const char *kept = relaxed.limits.any() ? "; the smallest feasible "
                                            "(the others kept) is "
                                          : "; the smallest feasible is ";
  absl::StatusOr<std::optional<Allocation>> least =
      minimise(relaxed, resource.of, options);
  if (!least.ok())
    return least.status();
  const std::string limit = absl::StrCat(
      resource.name, " <= ", amountText(index, resource.limit(problem.limits)));
  if (!*least)
    return absl::StrCat(limit, "; none is feasible with the others kept");
  double amount = 0;
  for (size_t u = 0; u < problem.model.units.size(); ++u)
    for (const Choice &choice : problem.choices[u])
      if (choice.bits == (*least)->bits[u])
        amount += resource.of(problem.model.units[u], choice);
  return absl::StrCat(limit, kept, amountText(index, amount));
}

absl::Status explainInfeasible(const AllocationProblem &problem,
                               const SolveOptions &options) {
  std::string text = "no plan has";
  const char *separator = " ";
  for (size_t i = 0; i < std::size(kResources); ++i) {
    if (!isLimited(kResources[i], problem.limits))
      continue;
    absl::StatusOr<std::string> part = smallest(problem, i, options);
    if (!part.ok())
      return part.status();
    absl::StrAppend(&text, separator, *part);
    separator = ", and ";
  }
  if (!problem.limits.any())
    text = "no widths satisfy the pins and ties";
  return absl::FailedPreconditionError(text);
}

Limits scaled(const Limits &limits, double factor) {
  Limits result;
  auto scale = [&](const auto &from, auto &to) {
    using T = typename std::decay_t<decltype(to)>::value_type;
    if (from)
      to = static_cast<T>(std::floor(double(*from) * factor));
  };
  scale(limits.weightBits, result.weightBits);
  scale(limits.bitOps, result.bitOps);
  if (limits.latencyMs)
    result.latencyMs = *limits.latencyMs * factor;
  return result;
}

} // namespace

absl::StatusOr<Allocation> allocate(const AllocationProblem &problem,
                                    const SolveOptions &options) {
  absl::StatusOr<std::optional<Allocation>> result =
      minimise(problem, damageOfChoice, options);
  if (!result.ok())
    return result.status();
  if (!*result)
    return explainInfeasible(problem, options);
  return **std::move(result);
}

absl::StatusOr<std::vector<std::string>>
bindingLimits(const AllocationProblem &problem, const Allocation &allocation,
              const SolveOptions &options) {
  std::vector<std::string> binding;
  for (size_t i = 0; i < std::size(kResources); ++i) {
    if (!isLimited(kResources[i], problem.limits))
      continue;
    auto relaxed = allocate(withoutLimit(problem, i), options);
    if (!relaxed.ok())
      return relaxed.status();
    if (relaxed->damage < allocation.damage * (1 - 2 * options.relativeGap))
      binding.push_back(kResources[i].name);
  }
  return binding;
}

absl::StatusOr<std::vector<ParetoPoint>>
paretoFront(const AllocationProblem &problem,
            const std::vector<double> &factors, const SolveOptions &options) {
  std::vector<ParetoPoint> front;
  for (double factor : factors) {
    AllocationProblem other = problem;
    other.limits = scaled(problem.limits, factor);
    absl::StatusOr<std::optional<Allocation>> result =
        minimise(other, damageOfChoice, options);
    if (!result.ok())
      return result.status();
    if (*result)
      front.push_back({factor, **std::move(result)});
  }
  return front;
}

} // namespace mixq
