//===- PlanFlags.h - What a user may ask of a plan --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_PLANFLAGS_H
#define MIXQ_TOOLS_MIXQ_COMPILE_PLANFLAGS_H

#include "analysis/allocation/PlanRequest.h"
#include "tools/Flags.h"

#include <string>
#include <vector>

namespace mixq {

/// The flags of `mixq plan` that become a PlanRequest.
struct PlanFlags {
  std::string like, sizeBudget, bitOpsBudget, averageBits, latencyBudget;
  std::string costModel;
  std::string weightBits, activationBits;
  std::string firstLast = "w8a8", pin;
  std::string sensitivity = "smoothed", relevance = "none", gamma = "1";

  std::vector<Flag> list();
  /// Errors are the user's wrong usage, but for those of reading the cost
  /// model.
  absl::StatusOr<PlanRequest> request() const;
};

/// "2500000", "2.5M", "2.4MiB": a positive number with a decimal or binary
/// prefix.
absl::StatusOr<double> parseAmount(absl::string_view text);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_PLANFLAGS_H
