//===- PlanTexts.h - Plans and analyses to start from -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_FUZZ_PLANTEXTS_H
#define MIXQ_TEST_FUZZ_PLANTEXTS_H

#include "analysis/plan/Plan.h"
#include "analysis/results/AnalysisFile.h"
#include "test/analysis/plan/TestUnits.h"

namespace mixq {
namespace fuzz {

inline Plan makePlan() {
  Plan plan;
  plan.model = makeTestUnits();
  plan.bits = {{8, 8}, {4, 3}, {4, 5}, {6, 2}, {8, 8}};
  plan.budget = {184.0, 80000.5, 2.5};
  plan.reasons.resize(plan.bits.size());
  plan.reasons[1] = {0.25, {{"w3", 0.5}, {"a4", -1e-9}}};
  return plan;
}

inline Analysis makeFullAnalysis() {
  Analysis analysis =
      makeAnalysis(makeTestUnits(), {32, 7, "00112233445566ff"});
  analysis.sensitivityMode = "exact";
  analysis.baseline = "w8a8";
  analysis.foldedAt = "w4a4";
  analysis.measuredOn = "views";
  analysis.conservation = {{"head", 1.0, 1.25}, {"q", 0.99999, 8.5}};
  analysis.relevanceEnds = {{"image", 0.75}, {"pos_embed", 0.25}};
  analysis.relevanceLosses = {{"linear", 1e-9}};
  analysis.units[1].relevance = {{"gradient", 0.25}, {"positive", 0.5}};
  analysis.units[1].operands[0].range = Extremes{-1.5, 2};
  analysis.units[1].operands[0].sensitivity[3] = {0.125, 0.75, 0.5};
  return analysis;
}

/// Files that are accepted: with all that may be in them, and with no more than
/// must be.
inline std::vector<std::string> planTexts() {
  Plan bare = makePlan();
  bare.budget = PlanBudget();
  bare.reasons.clear();
  return {
      writePlan(makePlan()), writePlan(bare), writeAnalysis(makeFullAnalysis()),
      writeAnalysis(makeAnalysis(makeTestUnits(), {1, 0, "ffeeddccbbaa9988"}))};
}

} // namespace fuzz
} // namespace mixq

#endif // MIXQ_TEST_FUZZ_PLANTEXTS_H
