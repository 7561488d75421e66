//===- CostModel.h - How long a unit takes at its widths --------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ALLOCATION_COSTMODEL_H
#define MIXQ_ANALYSIS_ALLOCATION_COSTMODEL_H

#include "analysis/plan/Precision.h"

#include "absl/status/statusor.h"

#include <map>
#include <string>
#include <utility>

namespace mixq {

/// A linear model of the time of a unit on one target:
///   picosecondsPerMac[w, a] * MACs + picosecondsPerWeightByte * bytes.
/// Pairs of widths without an entry do not exist on the target.
struct CostModel {
  std::map<std::pair<unsigned, unsigned>, double> picosecondsPerMac;
  double picosecondsPerWeightByte = 0;

  bool has(const Unit &unit, const Widths &bits) const;
  /// Milliseconds; requires has().
  double latencyMs(const Unit &unit, const Widths &bits) const;
};

/// Reads {"format": "mixq-cost-model", "version": 1, "picoseconds_per_mac":
/// {"w8a8": 1.5, ...}, "picoseconds_per_weight_byte": 20}.
absl::StatusOr<CostModel> readCostModel(const std::string &path);

} // namespace mixq

#endif // MIXQ_ANALYSIS_ALLOCATION_COSTMODEL_H
