//===- ChannelScalingTest.cpp - Similar ranges for channels ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Reparameterize/ChannelScaling.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <random>

using namespace mixq;
using testing::Each;
using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;

namespace {

ValueRange rangeOf(float low, float high) {
  ValueRange range;
  range.include(&low, 1);
  range.include(&high, 1);
  return range;
}

TEST(PowerScaling, MovesChannelsTowardsTheGeometricMean) {
  // Widths 1 and 16, geometric mean 4.
  std::vector<ValueRange> channels = {rangeOf(0, 1), rangeOf(-6, 10)};
  ChannelScaling whole = powerScaling(channels, 1, /*recentre=*/true);
  EXPECT_THAT(whole.scale, ElementsAre(FloatEq(0.25f), FloatEq(4)));
  EXPECT_THAT(whole.shift, ElementsAre(0.5f, 2));
  ChannelScaling half = powerScaling(channels, 0.5, /*recentre=*/false);
  EXPECT_THAT(half.scale, ElementsAre(FloatEq(0.5f), FloatEq(2)));
  EXPECT_THAT(half.shift, Each(0));
  EXPECT_TRUE(powerScaling(channels, 0, true).isIdentity());
}

TEST(PowerScaling, AConstantChannelIsNotBlownUp) {
  ChannelScaling scaling =
      powerScaling({rangeOf(3, 3), rangeOf(0, 1)}, 1, true);
  // Its width counts as 1e-4.
  EXPECT_THAT(scaling.scale, ElementsAre(FloatEq(0.01f), FloatEq(100)));
}

TEST(ExcessScaling, TouchesOnlyWideChannels) {
  // The widest is 16; beyond 16 / 4 = 4 a channel is scaled back to 4.
  std::vector<ValueRange> channels = {rangeOf(0, 1), rangeOf(0, 4),
                                      rangeOf(0, 8), rangeOf(-8, 8)};
  ChannelScaling scaling = excessScaling(channels, 4, /*recentre=*/true);
  EXPECT_THAT(scaling.scale, ElementsAre(1, 1, 2, 4));
  EXPECT_THAT(scaling.shift, ElementsAre(0.5f, 2, 4, 0));
}

TEST(ClippedScaling, LeavesOutliersTheirExcess) {
  // Widths 1, 1, 1, 5: mean 2, standard deviation sqrt(3).
  std::vector<ValueRange> channels = {rangeOf(0, 1), rangeOf(0, 1),
                                      rangeOf(0, 1), rangeOf(0, 5)};
  double bound = 2 + std::sqrt(3.0) / 2, mean = (3 + bound) / 4;
  ChannelScaling clipped = clippedScaling(channels, 0.5, /*recentre=*/true);
  EXPECT_FLOAT_EQ(clipped.scale[0], 1 / mean);
  EXPECT_FLOAT_EQ(clipped.scale[3], bound / mean);
  EXPECT_THAT(clipped.shift, ElementsAre(0.5f, 0.5f, 0.5f, 2.5f));
  // Far enough out nothing is clipped.
  EXPECT_FLOAT_EQ(clippedScaling(channels, 3, false).scale[3], 5 / 2.0);
}

/// Uniform tokens whose channel 3 is `wide` times wider than the others.
struct Toy {
  ProductSample sample;
  std::vector<ValueRange> channels;

  explicit Toy(float wide) : channels(8) {
    std::minstd_rand generator(7);
    auto draw = [&] {
      return static_cast<float>(generator() % 65537) / 32768.0f - 1;
    };
    sample.columns = 8;
    for (int i = 0; i < 300 * 8; ++i) {
      sample.rows.push_back(draw() * (i % 8 == 3 ? wide : 1));
      channels[i % 8].include(&sample.rows.back(), 1);
    }
    sample.rowWeights.assign(300, 1.0f);
    for (int i = 0; i < 16 * 8; ++i)
      sample.other.push_back(draw());
  }
};

TEST(SearchScaling, NarrowsAWideChannel) {
  Toy toy(50);
  auto scaling = searchScaling(toy.sample, toy.channels, {});
  ASSERT_TRUE(scaling.ok()) << scaling.status();
  ASSERT_FALSE(scaling->isIdentity());
  for (int c = 0; c < 8; ++c)
    if (c != 3)
      EXPECT_GT(scaling->scale[3], 2 * scaling->scale[c]) << c;
}

TEST(SearchScaling, ChannelsAlikeGainNothingMuch) {
  Toy toy(1);
  auto scaling = searchScaling(toy.sample, toy.channels, {});
  ASSERT_TRUE(scaling.ok()) << scaling.status();
  for (float scale : scaling->scale)
    EXPECT_NEAR(scale, 1, 0.05);
}

TEST(SearchScaling, FewBitsAfterAGeluKeepTheLowerEnd) {
  Toy toy(50);
  ScalingSpace space;
  space.isOneSided = true;
  space.activationBits = space.weightBits = 4;
  auto scaling = searchScaling(toy.sample, toy.channels, space);
  ASSERT_TRUE(scaling.ok()) << scaling.status();
  for (size_t c = 0; c < scaling->scale.size(); ++c) {
    EXPECT_GE(scaling->scale[c], 1) << c;
    EXPECT_EQ(scaling->shift[c], 0) << c;
  }
}

TEST(SearchScaling, VeryFewBitsHaveOneExponentOrNone) {
  Toy toy(50);
  ScalingSpace space;
  space.activationBits = space.weightBits = 3;
  auto afterNorm = searchScaling(toy.sample, toy.channels, space);
  ASSERT_TRUE(afterNorm.ok()) << afterNorm.status();
  for (size_t c = 0; c < 8; ++c)
    EXPECT_NEAR(afterNorm->scale[3] / afterNorm->scale[c],
                c == 3 ? 1 : std::pow(50, 0.75), 1.5)
        << c;
  space.isOneSided = true;
  auto afterGelu = searchScaling(toy.sample, toy.channels, space);
  ASSERT_TRUE(afterGelu.ok()) << afterGelu.status();
  EXPECT_TRUE(afterGelu->isIdentity());
}

TEST(SearchScaling, RareValuesDoNotCount) {
  Toy toy(1);
  // One token in 300 is huge in channel 2.
  toy.sample.rows[17 * 8 + 2] = 1000;
  toy.channels[2].high = 1000;
  ScalingSpace space;
  space.activationBits = space.weightBits = 3;
  auto scaling = searchScaling(toy.sample, toy.channels, space);
  ASSERT_TRUE(scaling.ok()) << scaling.status();
  for (size_t c = 0; c < 8; ++c)
    EXPECT_NEAR(scaling->scale[c], 1, 0.05) << c;
}

TEST(SearchScaling, ARuleRestrictsTheSearch) {
  Toy toy(50);
  ScalingSpace space;
  space.rule = ScalingRule::Plain;
  auto plain = searchScaling(toy.sample, toy.channels, space);
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->scale, powerScaling(toy.channels, 1, false).scale);
  space.rule = ScalingRule::Clipped;
  space.spread = 0.7;
  auto clipped = searchScaling(toy.sample, toy.channels, space);
  ASSERT_TRUE(clipped.ok()) << clipped.status();
  EXPECT_EQ(clipped->scale, clippedScaling(toy.channels, 0.7, false).scale);
}

TEST(SearchScaling, RefusesBadWeights) {
  Toy toy(2);
  toy.sample.other[5] = INFINITY;
  auto scaling = searchScaling(toy.sample, toy.channels, {});
  EXPECT_THAT(std::string(scaling.status().message()),
              HasSubstr("finite weights"));
}

} // namespace
