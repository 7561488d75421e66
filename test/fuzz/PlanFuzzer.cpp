//===- PlanFuzzer.cpp - Plans and analyses --------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a text as an analysis, and as a plan of the model of the seeds. What is
// accepted must survive being written and read again; so must a plan for the
// units of the analysis.
//
//===----------------------------------------------------------------------===//

#include "analysis/plan/Plan.h"
#include "analysis/plan/Precision.h"
#include "analysis/results/AnalysisFile.h"
#include "test/analysis/plan/TestUnits.h"
#include "test/fuzz/PlanTexts.h"
#include "test/fuzz/TokenMutator.h"

#include <cstring>

using namespace mixq;

static void require(bool holds) {
  if (!holds)
    __builtin_trap();
}

static void checkPlan(const Plan &plan) {
  require(checkAssignment(plan.model, plan.bits).ok());
  const std::string text = writePlan(plan);
  const auto again = parsePlan(text, "plan", plan.model);
  require(again.ok() && writePlan(*again) == text);
}

/// A plan of that many bits everywhere.
static Plan uniformPlan(const ModelUnits &model, unsigned bits) {
  Plan plan;
  plan.model = model;
  for (const Unit &unit : model.units)
    plan.bits.emplace_back(unit.operands.size(), bits);
  return plan;
}

static void checkAnalysis(const Analysis &analysis) {
  require(analysis.units.size() == analysis.model.units.size());
  const std::string text = writeAnalysis(analysis);
  const auto again = parseAnalysis(text, "analysis");
  require(again.ok() && writeAnalysis(*again) == text);
  checkPlan(uniformPlan(analysis.model, kMaxBits));
}

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

/// The corpus fills with texts that are refused, and what two mutations leave
/// of a text is refused, too: every other mutation is the first one of a text
/// that is accepted.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  static const std::vector<std::string> accepted = fuzz::planTexts();
  std::minstd_rand random(seed);
  const unsigned choice = random() % 4;
  if (choice == 0)
    return LLVMFuzzerMutate(data, size, maxSize);
  const std::string text =
      choice == 1 ? std::string(reinterpret_cast<const char *>(data), size)
                  : accepted[random() % accepted.size()];
  const std::string changed = fuzz::mutateTokens(text, random);
  if (changed.empty() || changed.size() > maxSize)
    return LLVMFuzzerMutate(data, size, maxSize);
  std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char *>(data), size);
  if (const auto plan = parsePlan(text, "plan", makeTestUnits()); plan.ok())
    checkPlan(*plan);
  if (const auto analysis = parseAnalysis(text, "analysis"); analysis.ok())
    checkAnalysis(*analysis);
  return 0;
}
