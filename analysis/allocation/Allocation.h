//===- Allocation.h - Which widths each unit gets ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bit allocation as an exact integer program. With one binary x(u, p) for
// each unit u and pair p of the widths of its operands:
//
//   minimise    sum damage(u, p) x(u, p)
//   subject to  sum_p x(u, p) = 1                            for every unit
//               sum parameters(u) w(p) x(u, p) <= 8 size
//               sum macs(u) w(p) a(p) x(u, p)  <= BitOps
//               sum latency(u, p) x(u, p)      <= latency
//               operands of one tensor have one width.
//
// One binary a pair makes the product w(p) a(p) a constant: the program is
// linear, and no quadratic solver is needed.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ALLOCATION_ALLOCATION_H
#define MIXQ_ANALYSIS_ALLOCATION_ALLOCATION_H

#include "analysis/allocation/BinaryProgram.h"
#include "analysis/plan/Units.h"

#include "absl/status/statusor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mixq {

/// Widths that a unit may have, and what they cost.
struct Choice {
  Widths bits;
  double damage = 0;    ///< not negative, finite
  double latencyMs = 0; ///< not negative, finite
};

/// What is absent has no limit.
struct Limits {
  std::optional<int64_t> weightBits; ///< eight times the size in bytes
  std::optional<int64_t> bitOps;
  std::optional<double> latencyMs;

  bool any() const { return weightBits || bitOps || latencyMs; }
};

struct AllocationProblem {
  ModelUnits model;
  std::vector<std::vector<Choice>> choices; ///< by unit, at least one each
  Limits limits;
};

struct Allocation {
  Assignment bits;
  double damage = 0;
  double gap = 0; ///< proven: no plan's damage is below damage * (1 - gap)
  int64_t weightBits = 0;
  int64_t bitOps = 0;
  double latencyMs = 0;
};

/// The plan of least damage. What the limits make impossible is an error that
/// gives the smallest feasible value of each limit with the others kept.
absl::StatusOr<Allocation> allocate(const AllocationProblem &problem,
                                    const SolveOptions &options = {});

/// The names of the limits without which the damage would be less: "size",
/// "BitOps", "latency".
absl::StatusOr<std::vector<std::string>>
bindingLimits(const AllocationProblem &problem, const Allocation &allocation,
              const SolveOptions &options = {});

/// One point of the Pareto front: all limits times `factor`.
struct ParetoPoint {
  double factor = 1;
  Allocation allocation;
};

/// The plans at these multiples of the limits, those that are infeasible left
/// out.
absl::StatusOr<std::vector<ParetoPoint>>
paretoFront(const AllocationProblem &problem,
            const std::vector<double> &factors,
            const SolveOptions &options = {});

} // namespace mixq

#endif // MIXQ_ANALYSIS_ALLOCATION_ALLOCATION_H
