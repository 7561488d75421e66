//===- QuantizerSearchTest.cpp - The codes with the least product error ---===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/QuantizerSearch.h"
#include "test/analysis/ProductSamples.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace mixq;

namespace {

UniformQuantizer searchUniform(const ProductSample &sample,
                               const ValueRange &range,
                               const QuantizerSpace &space,
                               SearchEffort effort = SearchEffort::Fine) {
  return std::get<UniformQuantizer>(
      searchQuantizer({sample}, range, space, effort));
}

/// Values in [-1, 1], and a huge one of either sign, since the coarse search
/// shrinks both ends alike, in a column of this importance to the product.
ProductSample sampleWithOutlier(float importance) {
  ProductSample sample = randomSample(200, 8, 8);
  sample.rows[8 * 17 + 5] = 30;
  sample.rows[8 * 90 + 5] = -30;
  for (int64_t n = 0; n < 8; ++n)
    sample.other[n * 8 + 5] = importance;
  return sample;
}

TEST(SearchQuantizer, ClipsWhatTheProductDoesNotSee) {
  ValueRange range;
  ProductSample sample = sampleWithOutlier(1e-4f);
  range.include(sample.rows.data(), sample.rows.size());
  UniformQuantizer quantizer = searchUniform(sample, range, {});
  double reach = double(quantizer.scale) * (255 - quantizer.zeroPoint);
  EXPECT_GT(reach, 0.9);
  EXPECT_LT(reach, 5) << "the smallest coarse candidate is 0.12 of 30";
  // Where the product sees it, clipping costs (30 - reach)^2 and more.
  ProductSample seen = sampleWithOutlier(1);
  UniformQuantizer kept = searchUniform(seen, range, {});
  EXPECT_GT(double(kept.scale) * (255 - kept.zeroPoint), 28);
}

TEST(SearchQuantizer, IsNoWorseThanTheExtremes) {
  for (bool isSymmetric : {false, true}) {
    ProductSample sample = randomSample(64, 6, 9);
    ValueRange range;
    range.include(sample.rows.data(), sample.rows.size());
    UniformQuantizer extremes =
        isSymmetric
            ? UniformQuantizer::symmetric(std::max(-range.low, range.high))
            : UniformQuantizer::asymmetric(range.low, range.high);
    QuantizerSpace space;
    space.isSymmetric = isSymmetric;
    UniformQuantizer coarse =
        searchUniform(sample, range, space, SearchEffort::Coarse);
    UniformQuantizer fine = searchUniform(sample, range, space);
    EXPECT_EQ(fine.lowCode, isSymmetric ? -128 : 0);
    EXPECT_LE(productError({sample}, coarse), productError({sample}, extremes));
    EXPECT_LE(productError({sample}, fine), productError({sample}, coarse));
  }
}

TEST(SearchQuantizer, PositiveValuesNeedNoZeroPoint) {
  ProductSample sample = randomSample(64, 6, 9);
  for (float &value : sample.rows)
    value = std::abs(value);
  ValueRange range;
  range.include(sample.rows.data(), sample.rows.size());
  EXPECT_EQ(searchUniform(sample, range, {}).zeroPoint, 0);
}

/// What a softmax gives: most values near 0, few near 1. Multiplied with values
/// that have a mean, so that the small ones count together.
ProductSample probabilities() {
  ProductSample sample = randomSample(64, 16, 16);
  for (float &value : sample.rows)
    value = 0.008f / (value + 1.008f);
  for (float &value : sample.other)
    value = 1 + 0.3f * value;
  return sample;
}

TEST(SearchQuantizer, CrowdedValuesGetALogarithm) {
  ProductSample sample = probabilities();
  ValueRange range;
  range.include(sample.rows.data(), sample.rows.size());
  for (unsigned bits : {3u, 4u}) {
    QuantizerSpace space;
    space.bits = bits;
    ActivationQuantizer uniform = searchQuantizer({sample}, range, space);
    space.isOneSided = true;
    ActivationQuantizer best = searchQuantizer({sample}, range, space);
    ASSERT_TRUE(std::holds_alternative<CodebookQuantizer>(best)) << bits;
    const auto &codebook = std::get<CodebookQuantizer>(best);
    EXPECT_EQ(codebook.bits(), bits);
    EXPECT_EQ(codebook.offset, 0);
    EXPECT_LT(productError({sample}, best), productError({sample}, uniform));
  }
}

TEST(SearchQuantizer, ALogarithmStartsAtTheLowestValue) {
  ProductSample sample = probabilities();
  for (float &value : sample.rows)
    value -= 0.02f;
  ValueRange range;
  range.include(sample.rows.data(), sample.rows.size());
  QuantizerSpace space;
  space.bits = 3;
  space.isOneSided = true;
  ActivationQuantizer best = searchQuantizer({sample}, range, space);
  ASSERT_TRUE(std::holds_alternative<CodebookQuantizer>(best));
  EXPECT_EQ(std::get<CodebookQuantizer>(best).offset, range.low);
}

TEST(SearchQuantizer, BytesHaveNoEntriesThatUniformCodesLack) {
  ProductSample sample = probabilities();
  ValueRange range;
  range.include(sample.rows.data(), sample.rows.size());
  QuantizerSpace space;
  space.isOneSided = true;
  EXPECT_TRUE(std::holds_alternative<UniformQuantizer>(
      searchQuantizer({sample}, range, space)));
}

TEST(SearchQuantizer, ZeroValues) {
  ProductSample sample = randomSample(4, 4, 4);
  std::fill(sample.rows.begin(), sample.rows.end(), 0.0f);
  ValueRange range;
  range.include(sample.rows.data(), sample.rows.size());
  QuantizerSpace space;
  space.bits = 4;
  space.isOneSided = true;
  EXPECT_EQ(productError({sample}, searchQuantizer({sample}, range, space)), 0);
}

} // namespace
