//===- Damage.h - What the integer program minimises ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ALLOCATION_DAMAGE_H
#define MIXQ_ANALYSIS_ALLOCATION_DAMAGE_H

#include "analysis/results/AnalysisFile.h"

#include <array>

namespace mixq {

enum class SensitivityMeasure {
  Smoothed, ///< divergence and feature error, smoothed (Sensitivity.h)
  Raw,      ///< the divergence as it was measured
  None      ///< 4^-bits for every operand: relevance decides alone
};

struct DamageOptions {
  SensitivityMeasure sensitivity = SensitivityMeasure::Smoothed;
  std::string relevance = "none"; ///< a variant of the score in the analysis
  double gamma = 1;               ///< the exponent of the relevance
};

/// The damage of one operand at 2, 3, ..., 8 bits; NaN where it was not
/// measured.
using OperandDamage = std::array<double, kMaxBits - kMinBits + 1>;

struct Damages {
  /// Omega(unit)^gamma * S(unit, operand, bits), by unit and operand. It never
  /// falls with fewer bits: where a measurement says so, it is noise, and the
  /// damage is that of the next wider width.
  std::vector<std::vector<OperandDamage>> operands;
  /// How many measurements were below that of the next wider width.
  int64_t nonMonotone = 0;
  /// Omega: relevance divided by its mean over the units of the same type (the
  /// last part of the name), then by the sum. Empty without relevance.
  std::vector<double> relevance;
};

/// Errors name the unit whose score is missing, or all measurements that
/// smoothing could start from.
absl::StatusOr<Damages> damagesOf(const Analysis &analysis,
                                  const DamageOptions &options);

} // namespace mixq

#endif // MIXQ_ANALYSIS_ALLOCATION_DAMAGE_H
