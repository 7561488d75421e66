//===- PlanTest.cpp - Plans as JSON ---------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/plan/Plan.h"
#include "test/Replaced.h"
#include "test/analysis/plan/TestUnits.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mixq;
using ::testing::HasSubstr;

namespace {

Plan makePlan() {
  Plan plan;
  plan.model = makeTestUnits();
  plan.bits = {{8, 8}, {4, 3}, {4, 5}, {6, 2}, {8, 8}};
  plan.budget = {184.0, 80000.0, std::nullopt};
  plan.reasons.resize(plan.bits.size());
  plan.reasons[1] = {0.25, {{"w3", 0.5}, {"a4", 0.125}}};
  return plan;
}

TEST(Plan, IsReadableText) {
  EXPECT_EQ(writePlan(makePlan()),
            R"({"format": "mixq-plan", "version": 1,
 "model": {"name":"tiny","hash":"0123456789abcdef"},
 "budget": {"size_bytes":184,"bitops":80000},
 "totals": {"size_bytes":184,"bitops":80240,"average_weight_bits":5.183098591549296,"average_activation_bits":4.721311475409836},
 "units": [
  {"name":"patch_embed","kind":"patch_embed","parameters":64,"macs":640,"weight_bits":8,"activation_bits":8},
  {"name":"q","kind":"linear","parameters":100,"macs":1000,"weight_bits":3,"activation_bits":4,"relevance":0.25,"sensitivity":{"a4":0.125,"w3":0.5}},
  {"name":"k","kind":"linear","parameters":100,"macs":1000,"weight_bits":5,"activation_bits":4},
  {"name":"qk","kind":"matmul","macs":500,"operand_bits":[6,2]},
  {"name":"head","kind":"linear","parameters":20,"macs":20,"weight_bits":8,"activation_bits":8}]}
)");
}

TEST(Plan, RoundTrips) {
  const Plan plan = makePlan();
  auto read = parsePlan(writePlan(plan), "p.json", plan.model);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->bits, plan.bits);
  EXPECT_EQ(writePlan(*read), writePlan(plan));
}

TEST(Plan, BudgetsBeyondIntegersRoundTrip) {
  Plan plan = makePlan();
  for (double budget : {9223372036854775807.0, 1e300, 9007199254740993.0, 0.5,
                        9007199254740992.0, 0.0}) {
    plan.budget.sizeBytes = budget;
    auto read = parsePlan(writePlan(plan), "p.json", plan.model);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->budget.sizeBytes, budget);
  }
}

/// The error for a plan in which one text is another.
std::string errorWith(const char *from, const char *to) {
  const Plan plan = makePlan();
  const std::string text = test::replaced(writePlan(plan), from, to);
  return std::string(parsePlan(text, "p.json", plan.model).status().message());
}

TEST(Plan, NamesTheEntryThatIsWrong) {
  EXPECT_EQ(errorWith(R"("name":"k")", R"("name":"v")"),
            "p.json: 'units[v].name' expects a unit of the model, found \"v\"");
  EXPECT_EQ(errorWith(R"("name":"k")", R"("name":"q")"),
            "p.json: 'units[q].name' expects each unit once, found \"q\"");
  EXPECT_EQ(errorWith(R"("weight_bits":5)", R"("weight_bits":9)"),
            "p.json: 'units[k].weight_bits' expects an integer in [2, 8], "
            "found 9");
  EXPECT_EQ(errorWith("[6,2]", "[6,1]"),
            "p.json: 'units[qk].operand_bits' expects integers in [2, 8], "
            "found [6,1]");
  EXPECT_EQ(errorWith("[6,2]", "[6]"),
            "p.json: 'units[qk].operand_bits' expects an array of 2 integers, "
            "found [6]");
  EXPECT_EQ(errorWith(R"("weight_bits":5,"activation_bits":4)",
                      R"("weight_bits":5,"activation_bits":5)"),
            "p.json: unit 'k': activation has 5 bits, but it is the same "
            "tensor as the activation of unit 'q', which has 4");
  EXPECT_EQ(errorWith(R"(,
  {"name":"qk","kind":"matmul","macs":500,"operand_bits":[6,2]})",
                      ""),
            "p.json: unit 'qk' has no entry");
}

TEST(Plan, RefusesOtherModels) {
  EXPECT_THAT(errorWith("0123456789abcdef", "0123456789abcdee"),
              HasSubstr("'model.hash' expects the model's"));
  EXPECT_THAT(errorWith(R"("macs":500)", R"("macs":501)"),
              HasSubstr("'units[qk].macs' expects an integer in [500, 500]"));
  EXPECT_THAT(errorWith(R"("kind":"matmul")", R"("kind":"linear")"),
              HasSubstr("'units[qk].kind' expects \"matmul\""));
}

TEST(Plan, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(errorWith("mixq-plan", "mixq-analysis"),
              HasSubstr("'format' expects \"mixq-plan\""));
  EXPECT_THAT(errorWith(R"("version": 1)", R"("version": 2)"),
              HasSubstr("'version' expects an integer in [1, 1], found 2"));
  EXPECT_THAT(errorWith(R"("macs":500)", R"("macs":500,"bits":4)"),
              HasSubstr("key 'units[qk].bits' is unknown"));
  EXPECT_THAT(errorWith(R"("bitops":80000})", R"("bitops":-1})"),
              HasSubstr("'budget.bitops' expects a number"));
  EXPECT_THAT(errorWith(R"("relevance":0.25)", R"("relevance":"much")"),
              HasSubstr("'units[q].relevance' expects a number"));
  EXPECT_THAT(errorWith("\"units\": [", "\"units\": 3, \"u\": ["),
              HasSubstr("'units' expects an array, found 3"));
  EXPECT_THAT(errorWith(R"({"name":"q",)", R"({)"),
              HasSubstr("'units[1].name' is missing"));
}

} // namespace
