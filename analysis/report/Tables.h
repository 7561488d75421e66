//===- Tables.h - Analyses and plans as text --------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_REPORT_TABLES_H
#define MIXQ_ANALYSIS_REPORT_TABLES_H

#include "analysis/allocation/PlanRequest.h"
#include "analysis/results/AnalysisFile.h"

#include <string>
#include <vector>

namespace mixq {

/// Rows of cells as lines: the first column to the left, the others to the
/// right, two blanks between. The first row is the heading.
std::string alignColumns(const std::vector<std::vector<std::string>> &rows);

/// Every unit: cost, relevance by variant, sensitivity at 4 bits; joint
/// effects beside their sums; then what is not yet measured.
std::string describeAnalysis(const Analysis &analysis);

/// Every unit with its widths and why, the totals with what binds, the front.
std::string describePlan(const PlannedBits &planned);

/// "w4 a5", or "4 x 5" for a product of activations.
std::string widthsText(const Unit &unit, const Widths &bits);

} // namespace mixq

#endif // MIXQ_ANALYSIS_REPORT_TABLES_H
