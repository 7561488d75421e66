//===- ComparisonTest.cpp - How far two results are apart -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Comparison.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace mixq;

namespace {

using Values = std::vector<float>;

TEST(SignalDifference, RatioAndCosine) {
  SignalDifference difference;
  difference.add(Values{3, 4}, Values{3, 3});
  // 25 / 1 and (9 + 12) / (5 sqrt(18)).
  EXPECT_DOUBLE_EQ(difference.sqnrDecibels(), 10 * std::log10(25.0));
  EXPECT_NEAR(difference.cosine(), 21 / (5 * std::sqrt(18.0)), 1e-15);
  EXPECT_EQ(difference.maxDifference(), 1);
  EXPECT_EQ(difference.meanDifference(), 0.5);
}

TEST(SignalDifference, MergingIsAddingBoth) {
  SignalDifference both, first, second;
  both.add(Values{1, 2}, Values{2, 2});
  both.add(Values{-4}, Values{1});
  first.add(Values{1, 2}, Values{2, 2});
  second.add(Values{-4}, Values{1});
  first.merge(second);
  EXPECT_EQ(first.sqnrDecibels(), both.sqnrDecibels());
  EXPECT_EQ(first.cosine(), both.cosine());
  EXPECT_EQ(first.meanDifference(), 2);
  EXPECT_EQ(first.maxDifference(), 5);
}

TEST(SignalDifference, EqualAndZeroSignals) {
  SignalDifference equal;
  equal.add(Values{1, -1}, Values{1, -1});
  EXPECT_EQ(equal.sqnrDecibels(), std::numeric_limits<double>::infinity());
  EXPECT_DOUBLE_EQ(equal.cosine(), 1);
  SignalDifference zeros;
  zeros.add(Values{0}, Values{0});
  EXPECT_EQ(zeros.cosine(), 1);
  SignalDifference lost;
  lost.add(Values{1}, Values{0});
  EXPECT_EQ(lost.sqnrDecibels(), 0);
  EXPECT_EQ(lost.cosine(), 0);
}

TEST(SignalDifference, NanIsNotLost) {
  SignalDifference difference;
  difference.add(Values{1, 2, 3}, Values{1, NAN, 9});
  EXPECT_TRUE(std::isnan(difference.maxDifference()));
  SignalDifference merged;
  merged.add(Values{1}, Values{5});
  merged.merge(difference);
  EXPECT_TRUE(std::isnan(merged.maxDifference()));
}

TEST(LogitDifference, DivergenceOfTwoClasses) {
  LogitDifference difference;
  // p = (1/2, 1/2), q = (1/4, 3/4): (ln 2 + ln(2/3)) / 2 = ln(4/3) / 2.
  difference.add(Values{7, 7}, Values{0, std::log(3.0f)});
  EXPECT_NEAR(difference.meanDivergence(), std::log(4.0 / 3) / 2, 1e-7);
  EXPECT_EQ(difference.agreement(), 0) << "of equal logits the first counts";
}

TEST(LogitDifference, CountsImages) {
  LogitDifference difference, other;
  difference.add(Values{1, 2}, Values{1, 2});
  difference.add(Values{1, 2}, Values{1, 3});
  other.add(Values{1, 2}, Values{2, 1});
  // Equal, but of other bits.
  other.add(Values{0, 1}, Values{-0.0f, 1});
  difference.merge(other);
  EXPECT_EQ(difference.imageCount(), 4);
  EXPECT_EQ(difference.identicalCount(), 1);
  EXPECT_EQ(difference.agreement(), 0.75);
  EXPECT_GT(difference.meanDivergence(), 0);
}

TEST(LogitDifference, ShiftedLogitsSayTheSame) {
  LogitDifference difference;
  difference.add(Values{1, 2, 4}, Values{101, 102, 104});
  EXPECT_NEAR(difference.meanDivergence(), 0, 1e-12);
  EXPECT_EQ(difference.agreement(), 1);
}

} // namespace
