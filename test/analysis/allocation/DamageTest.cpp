//===- DamageTest.cpp - What the integer program minimises ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/allocation/Damage.h"
#include "test/analysis/allocation/TestAnalysis.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace mixq;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

std::string errorOf(const Analysis &analysis, const DamageOptions &options) {
  return std::string(damagesOf(analysis, options).status().message());
}

TEST(Damage, RawIsWhatWasMeasured) {
  auto damages =
      damagesOf(makeTestAnalysis(), {SensitivityMeasure::Raw, "none", 1});
  ASSERT_TRUE(damages.ok()) << damages.status();
  // The second operand of unit q is the fourth of all.
  EXPECT_EQ(damages->operands[1][1][0], 4.0 / 4);
  EXPECT_EQ(damages->operands[1][1][2], 4.0 / 64);
  EXPECT_EQ(damages->operands[1][1][6], 0); // 8 bits are the baseline
  EXPECT_EQ(damages->nonMonotone, 0);
  EXPECT_TRUE(damages->relevance.empty());
}

TEST(Damage, NeverFallsWithFewerBits) {
  Analysis analysis = makeTestAnalysis();
  analysis.units[1].operands[1].sensitivity[3].divergence = 1e-9;
  auto damages = damagesOf(analysis, {SensitivityMeasure::Raw, "none", 1});
  ASSERT_TRUE(damages.ok()) << damages.status();
  EXPECT_EQ(damages->operands[1][1][1], damages->operands[1][1][2]);
  EXPECT_EQ(damages->nonMonotone, 1);
}

TEST(Damage, SmoothingKeepsWhatIsSmooth) {
  auto damages = damagesOf(makeTestAnalysis(), {});
  ASSERT_TRUE(damages.ok()) << damages.status();
  const OperandDamage &operand = damages->operands[1][1];
  for (size_t i = 0; i + 1 < operand.size(); ++i)
    EXPECT_NEAR(operand[i] / operand[i + 1], 4, 1e-6);
  EXPECT_NEAR(operand[0] / damages->operands[0][0][0], 4, 1e-6);
}

TEST(Damage, WithoutSensitivityAllOperandsAreEqual) {
  auto damages = damagesOf(makeAnalysis(makeTestUnits(), {}),
                           {SensitivityMeasure::None, "none", 1});
  ASSERT_TRUE(damages.ok()) << damages.status();
  for (const auto &operands : damages->operands)
    for (const OperandDamage &operand : operands)
      EXPECT_EQ(operand[2], 1.0 / 256);
}

TEST(Damage, RelevanceIsASharePerType) {
  Analysis analysis = makeTestAnalysis();
  analysis.model.units[1].name = "blocks.0.fc1";
  analysis.model.units[2].name = "blocks.1.fc1";
  const double scores[] = {5, 3, 1, 7, 0.25};
  for (size_t u = 0; u < 5; ++u)
    analysis.units[u].relevance["positive"] = scores[u];
  auto damages =
      damagesOf(analysis, {SensitivityMeasure::None, "positive", 0.5});
  ASSERT_TRUE(damages.ok()) << damages.status();
  // To the mean of its type: 1, 1.5, 0.5, 1, 1; their sum is 5.
  EXPECT_THAT(damages->relevance,
              ElementsAre(DoubleNear(0.2, 1e-12), DoubleNear(0.3, 1e-12),
                          DoubleNear(0.1, 1e-12), DoubleNear(0.2, 1e-12),
                          DoubleNear(0.2, 1e-12)));
  EXPECT_NEAR(damages->operands[2][0][2], std::sqrt(0.1) / 256, 1e-12);
}

TEST(Damage, NegativeRelevanceFreesNoUnit) {
  Analysis analysis = makeTestAnalysis();
  for (UnitResults &unit : analysis.units)
    unit.relevance["signed"] = -1;
  auto damages = damagesOf(analysis, {SensitivityMeasure::Raw, "signed", 1});
  ASSERT_TRUE(damages.ok()) << damages.status();
  for (double share : damages->relevance)
    EXPECT_GT(share, 0);
}

TEST(Damage, NamesWhatIsMissing) {
  Analysis analysis = makeTestAnalysis();
  analysis.units[3].operands[1].sensitivity.erase(5);
  auto raw = damagesOf(analysis, {SensitivityMeasure::Raw, "none", 1});
  ASSERT_TRUE(raw.ok()) << raw.status();
  EXPECT_TRUE(std::isnan(raw->operands[3][1][3]));
  EXPECT_EQ(errorOf(analysis, {}), ""); // 5 bits are not needed
  analysis.units[3].operands[1].sensitivity.clear();
  EXPECT_EQ(
      errorOf(analysis, {}),
      "the analysis is incomplete: unit 'qk', rhs: expects a "
      "measurement at two or more widths below 8 that most operands have");
  EXPECT_THAT(errorOf(analysis, {SensitivityMeasure::None, "gradient", 1}),
              HasSubstr("no relevance 'gradient' of unit 'patch_embed'; it "
                        "has none"));
}

} // namespace
