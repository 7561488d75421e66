//===- HtmlReport.h - Analyses and plans as one page ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_REPORT_HTMLREPORT_H
#define MIXQ_ANALYSIS_REPORT_HTMLREPORT_H

#include "analysis/allocation/PlanRequest.h"
#include "analysis/results/AnalysisFile.h"

#include <string>
#include <vector>

namespace mixq {

/// What was measured of a compiled module.
struct AccuracyRow {
  std::string name; ///< a precision, or "plan"
  double top1 = 0;  ///< percent
  int64_t images = 0;
  double sizeBytes = 0;
  double bitOps = 0;
};

struct HtmlReport {
  const Analysis &analysis;
  const PlannedBits *planned = nullptr; ///< null: a report without a plan
  std::vector<AccuracyRow> accuracies;
};

/// One page that needs no other file: every unit's bits beside its relevance
/// and sensitivity, the totals, the Pareto curve, accuracies, the conservation
/// of relevance. What is not there is left out.
std::string writeHtml(const HtmlReport &report);

} // namespace mixq

#endif // MIXQ_ANALYSIS_REPORT_HTMLREPORT_H
