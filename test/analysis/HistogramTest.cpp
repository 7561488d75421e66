//===- HistogramTest.cpp - Quantizers for known distributions -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Histogram.h"

#include "gtest/gtest.h"

#include <cmath>
#include <vector>

using namespace mixq;

namespace {

/// `count` equally spaced values in [low, high].
std::vector<float> uniformValues(float low, float high, int count) {
  std::vector<float> values(count);
  for (int i = 0; i < count; ++i)
    values[i] = low + (high - low) * i / (count - 1);
  return values;
}

Histogram histogramOf(const std::vector<float> &values) {
  ValueRange range;
  range.include(values.data(), values.size());
  Histogram histogram(range.low, range.high);
  histogram.add(values.data(), values.size());
  return histogram;
}

TEST(ValueRange, GrowsAndSeesWhatIsNotFinite) {
  ValueRange range;
  std::vector<float> values = {-1, 2, 0.5};
  range.include(values.data(), 3);
  values = {3, 1};
  range.include(values.data(), 2);
  EXPECT_EQ(range.low, -1);
  EXPECT_EQ(range.high, 3);
  EXPECT_TRUE(range.isFinite);
  for (float bad : {INFINITY, -INFINITY, NAN}) {
    ValueRange spoiled = range;
    values = {0, bad};
    spoiled.include(values.data(), 2);
    spoiled.include(values.data(), 1);
    EXPECT_FALSE(spoiled.isFinite) << bad;
  }
}

TEST(Histogram, QuantilesOfEqualSpacing) {
  Histogram histogram = histogramOf(uniformValues(-2, 6, 100001));
  for (double p : {0.0, 0.001, 0.25, 0.5, 0.999, 1.0})
    EXPECT_NEAR(histogram.quantile(p), -2 + 8 * p, 4e-4) << p;
  EXPECT_EQ(histogram.quantile(0), -2);
  EXPECT_EQ(histogram.quantile(1), 6);
}

TEST(Histogram, QuantilesOfMagnitude) {
  Histogram histogram(-6, 6);
  std::vector<float> values = uniformValues(-2, 6, 80001);
  histogram.add(values.data(), values.size());
  // |x| <= 2 holds for half of the values, |x| <= 4 for three quarters.
  EXPECT_NEAR(histogram.quantileOfMagnitude(0.5), 2, 1e-3);
  EXPECT_NEAR(histogram.quantileOfMagnitude(0.75), 4, 1e-3);
  EXPECT_EQ(histogram.quantileOfMagnitude(1), 6);
}

TEST(Histogram, ErrorIsThatOfTheValues) {
  std::vector<float> values = uniformValues(-1, 3, 100001);
  Histogram histogram = histogramOf(values);
  for (UniformQuantizer quantizer :
       {UniformQuantizer::asymmetric(-1, 3), UniformQuantizer::asymmetric(0, 2),
        UniformQuantizer::symmetric(3)}) {
    double sum = 0;
    for (float value : values)
      sum += std::pow(quantizer.roundTrip(value) - value, 2);
    double exact = sum / values.size();
    EXPECT_NEAR(histogram.meanSquaredError(quantizer), exact, exact * 0.01);
  }
}

TEST(Histogram, ConstantValues) {
  for (float value : {0.0f, 1.5f, -1e-40f, 3e38f}) {
    Histogram histogram = histogramOf(std::vector<float>(10, value));
    EXPECT_EQ(histogram.quantile(0.999), value);
    EXPECT_EQ(histogram.quantile(0.001), value);
  }
  // The widest range of fp32 does not overflow.
  Histogram widest = histogramOf({-3e38f, 0, 3e38f});
  EXPECT_NEAR(widest.quantile(0.5) / 3e38, 0, 1e-4);
}

TEST(UniformQuantizer, Asymmetric) {
  UniformQuantizer quantizer = UniformQuantizer::asymmetric(-1, 2);
  EXPECT_EQ(quantizer.scale, static_cast<float>(3.0 / 255));
  EXPECT_EQ(quantizer.zeroPoint, 85);
  EXPECT_EQ(quantizer.quantize(0), 85);
  EXPECT_EQ(quantizer.quantize(-10), 0);
  EXPECT_EQ(quantizer.quantize(10), 255);
  EXPECT_EQ(quantizer.roundTrip(0), 0);
}

TEST(UniformQuantizer, RangesContainZero) {
  UniformQuantizer positive = UniformQuantizer::asymmetric(2, 255);
  EXPECT_EQ(positive.scale, 1);
  EXPECT_EQ(positive.zeroPoint, 0);
  UniformQuantizer negative = UniformQuantizer::asymmetric(-255, -3);
  EXPECT_EQ(negative.scale, 1);
  EXPECT_EQ(negative.zeroPoint, 255);
  UniformQuantizer zero = UniformQuantizer::asymmetric(0, 0);
  EXPECT_EQ(zero.scale, 1e-8f);
  EXPECT_EQ(zero.zeroPoint, 0);
  EXPECT_EQ(zero.roundTrip(0), 0);
}

TEST(UniformQuantizer, Symmetric) {
  UniformQuantizer quantizer = UniformQuantizer::symmetric(127);
  EXPECT_EQ(quantizer.scale, 1);
  EXPECT_EQ(quantizer.zeroPoint, 0);
  EXPECT_EQ(quantizer.quantize(126.5f), 126);
  EXPECT_EQ(quantizer.quantize(1000), 127);
  EXPECT_EQ(quantizer.quantize(-1000), -128);
}

} // namespace
