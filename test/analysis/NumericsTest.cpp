//===- NumericsTest.cpp - The exact arithmetic and its error --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"

#include "gtest/gtest.h"

#include <limits>
#include <vector>

using namespace mixq::numerics;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

TEST(Numerics, RoundsTiesToEven) {
  EXPECT_EQ(roundEven(0.5f), 0.0f);
  EXPECT_EQ(roundEven(1.5f), 2.0f);
  EXPECT_EQ(roundEven(-2.5f), -2.0f);
  EXPECT_EQ(roundEven(2.5000002f), 3.0f);
  EXPECT_EQ(roundEven(2.5), 2.0);
}

TEST(Numerics, ClampsCodes) {
  EXPECT_EQ(clampCode(-1.0f, 0.0f, 255.0f), 0.0f);
  EXPECT_EQ(clampCode(256.0f, 0.0f, 255.0f), 255.0f);
  EXPECT_EQ(clampCode(7.0f, 0.0f, 255.0f), 7.0f);
  EXPECT_EQ(clampCode(kInfinity, -128.0f, 127.0f), 127.0f);
  EXPECT_EQ(clampCode(-kInfinity, -128.0f, 127.0f), -128.0f);
  EXPECT_EQ(clampCode(kNaN, -128.0f, 127.0f), -128.0f);
}

TEST(Numerics, MakesBytes) {
  EXPECT_EQ(toByte(-3.0f), 0);
  EXPECT_EQ(toByte(254.5f), 254);
  EXPECT_EQ(toByte(1e30f), 255);
  EXPECT_EQ(toByte(kNaN), 0);
}

TEST(Numerics, ExpIsAccurate) {
  double worst = 0;
  for (float x = -87; x <= 0; x += 1e-4f) {
    long double exact = std::exp(static_cast<long double>(x));
    worst =
        std::max<double>(worst, std::abs((expNonPositive(x) - exact) / exact));
  }
  EXPECT_LE(worst, 2e-7);
}

TEST(Numerics, ExpAtItsEnds) {
  EXPECT_EQ(expNonPositive(0.0f), 1.0f);
  EXPECT_EQ(expNonPositive(-0.0f), 1.0f);
  float lowest = expNonPositive(-87.0f);
  EXPECT_TRUE(std::isnormal(lowest));
  EXPECT_EQ(expNonPositive(-88.0f), lowest);
  EXPECT_EQ(expNonPositive(-kInfinity), lowest);
  EXPECT_EQ(expNonPositive(kNaN), lowest);
}

TEST(Numerics, GeluIsAccurate) {
  double worst = 0;
  for (float x = -12; x <= 12; x += 1e-5f)
    worst = std::max(
        worst, std::abs(applyGelu(x) - applyGelu(static_cast<double>(x))));
  EXPECT_LE(worst, 1.5e-6);
}

TEST(Numerics, GeluTanhIsAccurate) {
  double worst = 0;
  for (float x = -12; x <= 12; x += 1e-5f)
    worst = std::max(worst, std::abs(applyGeluTanh(x) -
                                     applyGeluTanh(static_cast<double>(x))));
  EXPECT_LE(worst, 1.2e-6);
  // A value of PyTorch's gelu(x, approximate="tanh").
  EXPECT_NEAR(applyGeluTanh(1.5), 1.3995715769802328, 1e-12);
  for (float x : {-13.0f, -1e4f, -INFINITY})
    EXPECT_NEAR(applyGeluTanh(x), 0.0, 1.2e-6) << x;
  EXPECT_EQ(applyGeluTanh(kNaN), applyGeluTanh(-5.0f));
}

TEST(Numerics, GeluForCodesIsAccurate) {
  for (bool tanh : {false, true}) {
    double worst = 0;
    for (float x = -12; x <= 12; x += 1e-5f)
      worst =
          std::max(worst, std::abs(applyGeluForCodes(x, tanh) -
                                   applyGelu(static_cast<double>(x), tanh)));
    EXPECT_LE(worst, tanh ? 3.7e-6 : 4.7e-6);
    EXPECT_EQ(applyGeluForCodes(0.0f, tanh), 0.0f);
    for (float x : {13.0f, 100.0f, 1e4f, 1e30f})
      EXPECT_NEAR(applyGeluForCodes(x, tanh) / x, 1.0, 2e-7) << x;
    for (float x : {-13.0f, -1e4f, -1e30f, -INFINITY})
      EXPECT_NEAR(applyGeluForCodes(x, tanh), 0.0, 1e-5) << x;
    EXPECT_EQ(applyGeluForCodes(kNaN, tanh),
              applyGeluForCodes(-INFINITY, tanh));
  }
}

TEST(Numerics, GeluAtItsTails) {
  EXPECT_EQ(applyGelu(0.0f), 0.0f);
  for (float x : {13.0f, 100.0f, 1e4f, 1e30f})
    EXPECT_NEAR(applyGelu(x) / x, 1.0, 1e-7) << x;
  // The factor is bounded, so what remains of Phi beyond -5.2 stays small.
  for (float x : {-13.0f, -1e4f, -1e30f, -INFINITY})
    EXPECT_NEAR(applyGelu(x), 0.0, 1.5e-6) << x;
  EXPECT_EQ(applyGelu(kNaN), applyGelu(-5.2f));
}

/// The definition of the sum, written out.
float sumInLanes(const std::vector<float> &row) {
  float lanes[16] = {};
  for (size_t i = 0; i < row.size(); ++i)
    lanes[i % 16] += row[i];
  for (int l = 0; l < 8; ++l)
    lanes[l] += lanes[l + 8];
  for (int l = 0; l < 4; ++l)
    lanes[l] += lanes[l + 4];
  return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

TEST(Numerics, SumsInSixteenLanes) {
  for (int n : {1, 2, 15, 16, 17, 64, 197}) {
    std::vector<float> row(n);
    for (int i = 0; i < n; ++i)
      row[i] = 1.0f / (i + 3) - (i % 5) * 1e3f;
    EXPECT_EQ(laneSum(row.data(), n), sumInLanes(row)) << n;
    double exact = 0;
    for (float x : row)
      exact += x;
    EXPECT_NEAR(laneSum(row.data(), n), exact, std::abs(exact) * 1e-6);
  }
}

TEST(Numerics, MomentsOfARow) {
  std::vector<float> row = {1, 3};
  Moments<float> moments = rowMoments(row.data(), 2, 0.0f);
  EXPECT_EQ(moments.mean, 2.0f);
  EXPECT_EQ(moments.rstd, 1.0f);
  EXPECT_EQ(normalize(3.0f, moments, 2.0f, 0.5f), 2.5f);
}

} // namespace
