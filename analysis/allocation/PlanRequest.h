//===- PlanRequest.h - From an analysis and a budget to a plan --*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ALLOCATION_PLANREQUEST_H
#define MIXQ_ANALYSIS_ALLOCATION_PLANREQUEST_H

#include "analysis/allocation/Allocation.h"
#include "analysis/allocation/CostModel.h"
#include "analysis/allocation/Damage.h"
#include "analysis/plan/Plan.h"
#include "analysis/plan/Precision.h"

#include <optional>
#include <string>
#include <vector>

namespace mixq {

/// What a user may ask for. At least one budget; of several all hold.
struct PlanRequest {
  /// No more size and BitOps than this uniform plan; with `onlySize`, no more
  /// size.
  std::optional<WidthPair> like;
  bool onlySize = false;
  std::optional<double> sizeBytes;
  std::optional<double> bitOps;
  /// No more size than if the weights of all unpinned units had these bits.
  std::optional<double> averageBits;
  std::optional<double> latencyMs; ///< by `costModel`, which must be there
  std::optional<CostModel> costModel;

  std::string firstLast = "w8a8"; ///< see parsePins()
  std::string pin;
  Pins given;                             ///< widths that the graph has already
  std::vector<unsigned> weightWidths;     ///< empty: 2 to 8
  std::vector<unsigned> activationWidths; ///< empty: 2 to 8, or 8 where no
                                          ///< limit makes fewer worth it
  DamageOptions damage;
  SolveOptions solve;
};

/// A plan and why it is so.
struct PlannedBits {
  Plan plan;
  Damages damages;
  Allocation allocation;
  Limits limits;
  std::vector<std::string> binding;
  std::vector<ParetoPoint> front; ///< by factor; the plan itself at 1
};

/// Solves for the plan, and where `explain` is set also for the limits that
/// bind and for the Pareto front, which takes a dozen times as long.
absl::StatusOr<PlannedBits> planBits(const Analysis &analysis,
                                     const PlanRequest &request, bool explain);

/// What the damage of another assignment would be.
double damageOf(const Damages &damages, const Assignment &bits);

/// The request of --precision mp4, mp4a8.
PlanRequest requestOf(const Precision &precision);

} // namespace mixq

#endif // MIXQ_ANALYSIS_ALLOCATION_PLANREQUEST_H
