//===- RankCorrelationTest.cpp - Do two scores order alike? ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/RankCorrelation.h"

#include "gtest/gtest.h"

using namespace mixq;

namespace {

TEST(RankCorrelation, OrdersAlone) {
  EXPECT_DOUBLE_EQ(rankCorrelation({1, 2, 3, 100}, {-5, 0, 1, 2}), 1);
  EXPECT_DOUBLE_EQ(rankCorrelation({1, 2, 3}, {3, 2, 1}), -1);
  // Differences of ranks 1, 1, 0, 0: 1 - 6 * 2 / (4 * 15).
  EXPECT_DOUBLE_EQ(rankCorrelation({1, 2, 3, 4}, {2, 1, 3, 4}), 0.8);
}

/// Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 / sqrt(4.5 * 5).
TEST(RankCorrelation, EqualValuesShareTheirRanks) {
  EXPECT_NEAR(rankCorrelation({1, 2, 2, 3}, {1, 2, 3, 4}), 0.9486833, 1e-7);
}

TEST(RankCorrelation, OfNothing) {
  EXPECT_EQ(rankCorrelation({}, {}), 0);
  EXPECT_EQ(rankCorrelation({1, 1}, {1, 2}), 0);
  EXPECT_EQ(rankCorrelation({1, 2}, {1, 2, 3}), 0);
}

} // namespace
