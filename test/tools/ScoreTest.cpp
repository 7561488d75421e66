//===- ScoreTest.cpp - Tests of scores ------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq/Score.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace mixq {
namespace {

const float nan = std::numeric_limits<float>::quiet_NaN();

TEST(Score, BestFirstWithProbabilities) {
  const auto answers = bestAnswers({0.0f, std::log(6.0f), std::log(3.0f)}, 2);
  ASSERT_EQ(answers.size(), 2);
  EXPECT_EQ(answers[0].index, 1);
  EXPECT_NEAR(answers[0].probability, 0.6, 1e-6);
  EXPECT_EQ(answers[1].index, 2);
  EXPECT_NEAR(answers[1].probability, 0.3, 1e-6);
}

TEST(Score, LargeLogitsDoNotOverflow) {
  const auto answers = bestAnswers({3e38f, -3e38f}, 5);
  ASSERT_EQ(answers.size(), 2);
  EXPECT_EQ(answers[0].probability, 1);
  EXPECT_EQ(answers[1].probability, 0);
}

TEST(Score, TiesGoToTheLowerIndexAndNanComesLast) {
  const std::vector<float> logits = {nan, 1, 2, 1, 2};
  const int ranks[] = {4, 2, 0, 3, 1};
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(rankOf(logits, i), ranks[i]);
  const auto answers = bestAnswers(logits, 5);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(ranks[answers[i].index], i);
}

} // namespace
} // namespace mixq
