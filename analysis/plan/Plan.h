//===- Plan.h - Bit-widths of every unit, as JSON ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_PLAN_PLAN_H
#define MIXQ_ANALYSIS_PLAN_PLAN_H

#include "analysis/plan/Units.h"

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mixq {

/// What a plan was solved for; what is absent was not limited.
struct PlanBudget {
  std::optional<double> sizeBytes;
  std::optional<double> bitOps;
  std::optional<double> latencyMs;
};

/// What the allocation knew of a unit, for the reader of a plan. It has no
/// effect on compiling.
struct PlanReasons {
  std::optional<double> relevance;
  std::map<std::string, double> sensitivity; ///< "w4", "a5", "lhs4", "rhs4"
};

struct Plan {
  ModelUnits model;
  Assignment bits;
  PlanBudget budget;
  std::vector<PlanReasons> reasons; ///< empty, or one a unit
};

/// The plan as JSON, one unit a line: format "mixq-plan", version 1.
std::string writePlan(const Plan &plan);

/// Reads a plan for `model`. Errors name the entry: another model's hash, an
/// unknown, repeated or omitted unit, a kind, parameters or MACs that are not
/// the model's, bits out of [2, 8], different bits for operands that are one
/// tensor, unknown keys. `totals` are not read: they follow from the bits.
absl::StatusOr<Plan> parsePlan(absl::string_view text,
                               const std::string &source,
                               const ModelUnits &model);
absl::StatusOr<Plan> readPlan(const std::string &path, const ModelUnits &model);

} // namespace mixq

#endif // MIXQ_ANALYSIS_PLAN_PLAN_H
