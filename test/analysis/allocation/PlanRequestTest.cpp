//===- PlanRequestTest.cpp - From budgets to plans ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/allocation/PlanRequest.h"
#include "test/analysis/allocation/TestAnalysis.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <fstream>

using namespace mixq;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

namespace {

Assignment uniform(const ModelUnits &model, const WidthPair &pair) {
  return *uniformAssignment(model, pair, *parsePins(model, "w8a8", ""));
}

std::string errorOf(const PlanRequest &request) {
  return std::string(
      planBits(makeTestAnalysis(), request, false).status().message());
}

TEST(PlanRequest, MixedPlansCostNoMoreThanUniformOnes) {
  const Analysis analysis = makeTestAnalysis();
  for (const char *name : {"mp3", "mp4", "mp6", "mp3a8", "mp4a8", "mp6a8"}) {
    const Precision precision = *parsePrecision(name);
    auto planned = planBits(analysis, requestOf(precision), /*explain=*/true);
    ASSERT_TRUE(planned.ok()) << planned.status();
    const Assignment &bits = planned->plan.bits;
    const Assignment same = uniform(analysis.model, precision.widths);
    EXPECT_LE(weightBitsOf(analysis.model, bits),
              weightBitsOf(analysis.model, same));
    if (precision.kind == Precision::Kind::Mixed)
      EXPECT_LE(bitOpsOf(analysis.model, bits), bitOpsOf(analysis.model, same));
    else
      EXPECT_EQ(bits[3], (Widths{8, 8}));
    EXPECT_EQ(bits.front(), (Widths{8, 8}));
    EXPECT_EQ(bits.back(), (Widths{8, 8}));
    EXPECT_LE(planned->allocation.damage,
              damageOf(planned->damages, same) * (1 + 1e-4));
    EXPECT_GE(planned->front.size(), 3u);
    EXPECT_TRUE(checkAssignment(analysis.model, bits).ok());
  }
}

TEST(PlanRequest, ThePlanRecordsItsBudgetAndReasons) {
  Analysis analysis = makeTestAnalysis();
  for (UnitResults &unit : analysis.units)
    unit.relevance["positive"] = 1;
  PlanRequest request;
  request.sizeBytes = 150;
  request.bitOps = 90000;
  request.damage.relevance = "positive";
  auto planned = planBits(analysis, request, /*explain=*/false);
  ASSERT_TRUE(planned.ok()) << planned.status();
  EXPECT_EQ(*planned->plan.budget.sizeBytes, 150);
  EXPECT_EQ(*planned->plan.budget.bitOps, 90000);
  const PlanReasons &reasons = planned->plan.reasons[3];
  EXPECT_TRUE(reasons.relevance.has_value());
  EXPECT_EQ(reasons.sensitivity.size(), 2u);
  auto read = parsePlan(writePlan(planned->plan), "p.json", analysis.model);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->bits, planned->plan.bits);
}

TEST(PlanRequest, AverageBitsLeaveActivationsAtEight) {
  PlanRequest request;
  request.averageBits = 2.5;
  auto planned = planBits(makeTestAnalysis(), request, /*explain=*/false);
  ASSERT_TRUE(planned.ok()) << planned.status();
  // 84 pinned weights at 8 bits, 200 at 2.5.
  EXPECT_EQ(*planned->limits.weightBits, 84 * 8 + 500);
  EXPECT_EQ(planned->plan.bits[1][0], 8u);
  EXPECT_EQ(planned->plan.bits[1][1] + planned->plan.bits[2][1], 5u);
}

TEST(PlanRequest, WidthsAndPinsRestrictIt) {
  PlanRequest request;
  request.like = WidthPair{4, 4};
  request.weightWidths = {2, 8};
  request.activationWidths = {3};
  request.pin = "k=w5a3";
  auto planned = planBits(makeTestAnalysis(), request, /*explain=*/false);
  ASSERT_TRUE(planned.ok()) << planned.status();
  EXPECT_EQ(planned->plan.bits[1], (Widths{3, 2}));
  EXPECT_EQ(planned->plan.bits[2], (Widths{3, 5}));
  EXPECT_EQ(planned->plan.bits[3], (Widths{3, 3}));
}

TEST(PlanRequest, WantsTheWidthsThatItMayChoose) {
  Analysis analysis = makeTestAnalysis();
  analysis.units[3].operands[1].sensitivity.erase(5);
  PlanRequest request;
  request.like = WidthPair{4, 4};
  request.damage.sensitivity = SensitivityMeasure::Raw;
  EXPECT_EQ(planBits(analysis, request, false).status().message(),
            "the analysis is incomplete: unit 'qk', rhs: expects a "
            "measurement at 5 bits, or other widths to choose from");
  request.activationWidths = {2, 3, 4, 6};
  EXPECT_TRUE(planBits(analysis, request, false).ok());
}

CostModel makeCostModel() {
  CostModel model;
  for (unsigned w : {4, 8})
    for (unsigned a : {4, 8})
      model.picosecondsPerMac[{w, a}] = w * 1000;
  model.picosecondsPerWeightByte = 10;
  return model;
}

TEST(PlanRequest, LatencyExcludesWhatTheTargetLacks) {
  PlanRequest request;
  request.costModel = makeCostModel();
  request.latencyMs = 0.02;
  auto planned = planBits(makeTestAnalysis(), request, /*explain=*/true);
  ASSERT_TRUE(planned.ok()) << planned.status();
  EXPECT_LE(planned->allocation.latencyMs, 0.02);
  for (const Widths &bits : planned->plan.bits)
    for (unsigned width : bits)
      EXPECT_TRUE(width == 4 || width == 8);
  EXPECT_EQ(planned->binding, std::vector<std::string>{"latency"});
}

TEST(PlanRequest, RefusesWhatCannotBe) {
  EXPECT_EQ(errorOf({}), "a plan needs a budget");
  PlanRequest request;
  request.latencyMs = 1;
  EXPECT_EQ(errorOf(request), "a latency budget needs a cost model");
  request.costModel = CostModel();
  EXPECT_EQ(errorOf(request), "unit 'patch_embed': the cost model has none of "
                              "the widths it may have");
  request = {};
  request.sizeBytes = 10;
  EXPECT_THAT(errorOf(request), HasSubstr("the smallest feasible is"));
  request.pin = "nothing=w8a8";
  EXPECT_THAT(errorOf(request), HasSubstr("unknown unit"));
}

absl::StatusOr<CostModel> readModel(const std::string &text) {
  const std::string path = testing::TempDir() + "/cost.json";
  std::ofstream(path) << text;
  return readCostModel(path);
}

TEST(CostModel, IsReadStrictly) {
  auto model = readModel(
      R"({"format": "mixq-cost-model", "version": 1,
          "picoseconds_per_mac": {"w8a8": 2, "w4a8": 3},
          "picoseconds_per_weight_byte": 8})");
  ASSERT_TRUE(model.ok()) << model.status();
  const Unit unit = makeTestUnits().units[1];
  EXPECT_TRUE(model->has(unit, {8, 4}));
  EXPECT_FALSE(model->has(unit, {4, 8}));
  EXPECT_DOUBLE_EQ(model->latencyMs(unit, {8, 4}),
                   (3 * 1000 + 8 * 100 / 2) * 1e-9);
  auto message = [](const char *text) {
    return std::string(readModel(text).status().message());
  };
  EXPECT_THAT(message("{}"), HasSubstr("'version' is missing"));
  EXPECT_THAT(message(R"({"format": "mixq-cost-model", "version": 1,
                          "picoseconds_per_mac": {"w9a8": 2}})"),
              HasSubstr("key 'picoseconds_per_mac.w9a8' is unknown"));
  EXPECT_THAT(message(R"({"format": "mixq-cost-model", "version": 1,
                          "picoseconds_per_mac": {"w8a8": -2}})"),
              HasSubstr("expects a number in [0, "));
}

} // namespace
