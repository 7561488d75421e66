//===- Allocation.cpp - Which widths each unit gets -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/allocation/Allocation.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace mixq {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A quantity that a plan has some of and that can be limited.
struct Resource {
  const char *name;
  double (*of)(const Unit &unit, const Choice &choice);
  double (*limit)(const Limits &limits); ///< infinity: none
};

double weightBitsOf(const Unit &unit, const Choice &choice) {
  double bits = 0;
  for (size_t i = 0; i < choice.bits.size(); ++i)
    if (unit.operands[i].isWeight)
      bits += double(unit.parameters) * choice.bits[i];
  return bits;
}

template <typename T> double limitOr(const std::optional<T> &limit) {
  return limit ? double(*limit) : kInfinity;
}

const Resource kResources[] = {
    {"size", weightBitsOf,
     [](const Limits &limits) { return limitOr(limits.weightBits); }},
    {"BitOps",
     [](const Unit &unit, const Choice &choice) {
       return double(bitOpsOf(unit, choice.bits));
     },
     [](const Limits &limits) { return limitOr(limits.bitOps); }},
    {"latency",
     [](const Unit &unit, const Choice &choice) { return choice.latencyMs; },
     [](const Limits &limits) { return limitOr(limits.latencyMs); }},
};

double damageOf(const Unit &unit, const Choice &choice) {
  return choice.damage;
}

/// A cost's typical magnitude, which the program's is divided by: the solver's
/// tolerances are absolute.
double scaleOf(const AllocationProblem &problem,
               double (*cost)(const Unit &, const Choice &)) {
  double scale = 0;
  for (size_t u = 0; u < problem.choices.size(); ++u) {
    double most = 0;
    for (const Choice &choice : problem.choices[u])
      most = std::max(most, cost(problem.model.units[u], choice));
    scale += most;
  }
  return scale > 0 ? scale * 1e-4 : 1;
}

/// The program of a problem, its columns unit by unit, choice by choice.
class ProgramBuilder {
public:
  explicit ProgramBuilder(const AllocationProblem &problem)
      : problem(problem) {}

  BinaryProgram build(double (*cost)(const Unit &, const Choice &),
                      double slack) {
    const double scale = scaleOf(problem, cost);
    for (size_t u = 0; u < problem.choices.size(); ++u) {
      const int one = program.addRow(1, 1);
      firstColumn.push_back(program.columns.size());
      for (const Choice &choice : problem.choices[u]) {
        BinaryProgram::Column &column = program.columns.emplace_back();
        column.cost = cost(problem.model.units[u], choice) / scale;
        column.entries.push_back({one, 1});
      }
    }
    for (const Resource &resource : kResources)
      limit(resource, slack);
    tieTensors();
    return std::move(program);
  }

private:
  BinaryProgram::Column &columnOf(size_t unit, size_t choice) {
    return program.columns[firstColumn[unit] + choice];
  }

  /// In units of the limit, so that all rows have the same magnitude.
  void limit(const Resource &resource, double slack) {
    const double limit = resource.limit(problem.limits);
    if (limit == kInfinity)
      return;
    const double divisor = limit > 0 ? limit : 1;
    const int row = program.addRow(-kInfinity, limit / divisor - slack);
    for (size_t u = 0; u < problem.choices.size(); ++u)
      for (size_t c = 0; c < problem.choices[u].size(); ++c)
        if (double amount =
                resource.of(problem.model.units[u], problem.choices[u][c]))
          columnOf(u, c).entries.push_back({row, amount / divisor});
  }

  /// For each further operand of a tensor and each width: that operand has it
  /// exactly if the tensor's first operand has it.
  void tieTensors() {
    std::map<int64_t, std::pair<size_t, size_t>> firsts;
    for (size_t u = 0; u < problem.choices.size(); ++u) {
      const Unit &unit = problem.model.units[u];
      for (size_t i = 0; i < unit.operands.size(); ++i) {
        auto [first, isNew] = firsts.insert({unit.operands[i].tensor, {u, i}});
        if (!isNew)
          tie(first->second, {u, i});
      }
    }
  }

  void tie(std::pair<size_t, size_t> first, std::pair<size_t, size_t> other) {
    for (unsigned width = kMinBits; width <= kMaxBits; ++width) {
      const int row = program.addRow(0, 0);
      addWidth(first, width, row, 1);
      addWidth(other, width, row, -1);
    }
  }

  void addWidth(std::pair<size_t, size_t> operand, unsigned width, int row,
                double coefficient) {
    const auto [unit, index] = operand;
    for (size_t c = 0; c < problem.choices[unit].size(); ++c)
      if (problem.choices[unit][c].bits[index] == width)
        addTo(columnOf(unit, c), row, coefficient);
  }

  /// A column may have both operands of a unit: one entry a row.
  static void addTo(BinaryProgram::Column &column, int row,
                    double coefficient) {
    if (!column.entries.empty() && column.entries.back().first == row)
      column.entries.back().second += coefficient;
    else
      column.entries.push_back({row, coefficient});
  }

  const AllocationProblem &problem;
  BinaryProgram program;
  std::vector<size_t> firstColumn;
};

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
         allocation.latencyMs > limitOr(limits.latencyMs);
}

/// Nothing where there is no plan. The solver keeps limits to a tolerance of
/// 1e-7, we exactly: a plan that exceeds one is solved for again, with slack.
absl::StatusOr<std::optional<Allocation>>
minimise(const AllocationProblem &problem,
         double (*cost)(const Unit &, const Choice &),
         const SolveOptions &options) {
  for (double slack : {0.0, 1e-6}) {
    BinaryProgram program = ProgramBuilder(problem).build(cost, slack);
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
    if (kResources[i].limit(problem.limits) == kInfinity)
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
      minimise(problem, damageOf, options);
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
    if (kResources[i].limit(problem.limits) == kInfinity)
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
        minimise(other, damageOf, options);
    if (!result.ok())
      return result.status();
    if (*result)
      front.push_back({factor, **std::move(result)});
  }
  return front;
}

} // namespace mixq
