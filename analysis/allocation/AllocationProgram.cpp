//===- AllocationProgram.cpp - An allocation's integer program ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/allocation/AllocationProgram.h"

#include <algorithm>
#include <map>

namespace mixq {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

/// A cost's typical magnitude, which the program's is divided by: the solver's
/// tolerances are absolute.
double scaleOf(const AllocationProblem &problem, CostOfChoice cost) {
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

  BinaryProgram build(CostOfChoice cost, double slack) {
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

} // namespace

double damageOfChoice(const Unit &unit, const Choice &choice) {
  return choice.damage;
}

const Resource kResources[3] = {
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

BinaryProgram makeProgram(const AllocationProblem &problem, CostOfChoice cost,
                          double slack) {
  return ProgramBuilder(problem).build(cost, slack);
}

} // namespace mixq
