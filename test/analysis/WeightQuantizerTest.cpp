//===- WeightQuantizerTest.cpp - Symmetric codes for weights --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/WeightQuantizer.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace mixq;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

std::vector<int> codesOf(const QuantizedWeight &weight) {
  const auto *codes = weight.codes.data<int8_t>();
  return std::vector<int>(codes, codes + weight.codes.size());
}

TEST(WeightQuantizer, EachRowHasItsScale) {
  // The quantiles of so short a row differ little from its maximum, and the
  // values are exact multiples of max / 127.
  auto result = quantizeWeight(
      Tensor::of<float>({2, 4}, {127, -127, 3, 0, 0.5, 0.25, 63.5, -63.5}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->codes.type(), DataType::S8);
  EXPECT_THAT(result->codes.shape(), ElementsAre(2, 4));
  EXPECT_THAT(result->scales.shape(), ElementsAre(2));
  EXPECT_EQ(result->scales.data<float>()[0], 1.0f);
  EXPECT_EQ(result->scales.data<float>()[1], 0.5f);
  EXPECT_THAT(codesOf(*result), ElementsAre(127, -127, 3, 0, 1, 0, 127, -127));
}

TEST(WeightQuantizer, KeepsTheShapeOfFilters) {
  auto result = quantizeWeight(Tensor::of<float>({1, 1, 2, 2}, {1, 2, 3, -4}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->codes.shape(), ElementsAre(1, 1, 2, 2));
}

TEST(WeightQuantizer, ZeroRow) {
  auto result = quantizeWeight(Tensor::of<float>({1, 2}, {0, 0}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->scales.data<float>()[0], 1e-8f);
  EXPECT_THAT(codesOf(*result), ElementsAre(0, 0));
}

/// 10,000 equally spaced values in [-1, 1], and one outlier.
Tensor rowWithOutlier(float outlier) {
  std::vector<float> values(10001);
  for (int i = 0; i < 10000; ++i)
    values[i] = i / 4999.5f - 1;
  values[10000] = outlier;
  return Tensor::of<float>({1, 10001}, values);
}

double squaredError(const Tensor &weight, const QuantizedWeight &quantized) {
  double sum = 0;
  for (int64_t i = 0; i < weight.size(); ++i)
    sum += std::pow(weight.data<float>()[i] -
                        quantized.scales.data<float>()[0] *
                            quantized.codes.data<int8_t>()[i],
                    2);
  return sum;
}

TEST(WeightQuantizer, ClipsWhereThatCostsLess) {
  // Kept, an outlier of 40 costs 10,000 * (40 / 127)^2 / 12 = 83 on the others;
  // clipped to 1 it would cost 39^2.
  auto kept = quantizeWeight(rowWithOutlier(40));
  ASSERT_TRUE(kept.ok());
  EXPECT_NEAR(kept->scales.data<float>()[0], 40.0 / 127, 0.1 / 127);
  // At 1.2 a scale between that of 1 and that of 1.2 costs less than either.
  Tensor mild = rowWithOutlier(1.2f);
  auto result = quantizeWeight(mild);
  ASSERT_TRUE(result.ok());
  EXPECT_LT(result->scales.data<float>()[0], 1.2f / 127);
  double atMaximum = 10001 * std::pow(1.2 / 127, 2) / 12;
  EXPECT_LT(squaredError(mild, *result), atMaximum);
}

TEST(WeightQuantizer, FewerBitsHaveAZeroPoint) {
  // 16 values that u4 with zero-point 5 holds exactly, and a row of one sign.
  Tensor weight(DataType::F32, {2, 16});
  for (int i = 0; i < 16; ++i) {
    weight.mutableData<float>()[i] = 0.5f * (i - 5);
    weight.mutableData<float>()[16 + i] = 0.25f * i;
  }
  auto result = quantizeWeight(weight, 4);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->isSigned());
  EXPECT_EQ(result->zeroPoints.data<int32_t>()[0], 5);
  EXPECT_EQ(result->zeroPoints.data<int32_t>()[1], 0);
  std::vector<float> values = result->dequantize();
  for (int i = 0; i < 32; ++i)
    EXPECT_FLOAT_EQ(values[i], weight.data<float>()[i]) << i;
}

TEST(WeightQuantizer, CodesFitTheirBits) {
  Tensor weight = rowWithOutlier(3);
  for (unsigned bits = 2; bits < 8; ++bits) {
    auto result = quantizeWeight(weight, bits);
    ASSERT_TRUE(result.ok()) << result.status();
    const auto *codes = result->codes.data<uint8_t>();
    int highest = *std::max_element(codes, codes + weight.size());
    EXPECT_EQ(highest, (1 << bits) - 1) << bits;
    int32_t zeroPoint = result->zeroPoints.data<int32_t>()[0];
    EXPECT_GE(zeroPoint, 0) << bits;
    EXPECT_LE(zeroPoint, highest) << bits;
  }
  EXPECT_FALSE(quantizeWeight(weight, 9).ok());
}

TEST(WeightQuantizer, RejectsBadWeights) {
  auto notFinite = quantizeWeight(Tensor::of<float>({1, 2}, {0, INFINITY}));
  EXPECT_THAT(std::string(notFinite.status().message()),
              HasSubstr("finite weights, found inf at element 1"));
  auto wrongType = quantizeWeight(Tensor::of<double>({1, 1}, {0}));
  EXPECT_THAT(std::string(wrongType.status().message()),
              HasSubstr("expects a weight of f32"));
}

} // namespace
