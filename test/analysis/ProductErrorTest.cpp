//===- ProductErrorTest.cpp - What quantizing one operand costs -----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ProductError.h"
#include "test/analysis/ProductSamples.h"

#include "gtest/gtest.h"

using namespace mixq;

namespace {

TEST(ProductError, ByHand) {
  // Steps of 1: 0.25 and 0.75 lose -0.25 and +0.25, 2 nothing.
  UniformQuantizer quantizer = UniformQuantizer::asymmetric(0, 255);
  ProductSample sample{2, {0.25f, 0.75f, 2, 2}, {1, 1}, {1, 3, 2, 0}};
  // (-0.25 + 0.75)^2 + (-0.5)^2
  EXPECT_DOUBLE_EQ(productError({sample}, quantizer), 0.5);
  sample.rowWeights = {4, 1};
  EXPECT_DOUBLE_EQ(productError({sample}, quantizer), 2);
  EXPECT_DOUBLE_EQ(productError({sample, sample}, quantizer), 4);
}

TEST(ProductError, WithTheOtherReplaced) {
  UniformQuantizer quantizer = UniformQuantizer::asymmetric(0, 255);
  ProductSample sample{2, {0.25f, 0.75f}, {2}, {1, 3}};
  // (0, 1) (2, 2)^T = 2 instead of 2.5.
  EXPECT_DOUBLE_EQ(productError(sample, quantizer, {2, 2}), 2 * 0.25);
  // The same other: the errors of the rows alone.
  EXPECT_DOUBLE_EQ(productError(sample, quantizer, sample.other),
                   productError({sample}, quantizer));
}

TEST(ProductError, CondensingKeepsTheError) {
  ProductSample sample = randomSample(20, 7, 50);
  sample.rowWeights[3] = 9;
  ProductSample condensed = sample;
  condensed.condense();
  EXPECT_EQ(condensed.otherCount(), 7);
  for (double reach : {0.2, 0.6, 1.0}) {
    auto quantizer = UniformQuantizer::asymmetric(-reach, reach);
    double error = productError({sample}, quantizer);
    EXPECT_NEAR(productError({condensed}, quantizer), error, 1e-4 * error);
  }
}

TEST(ProductError, CondensesOnlyWhatGetsSmaller) {
  ProductSample sample = randomSample(3, 8, 5);
  std::vector<float> before = sample.other;
  sample.condense();
  EXPECT_EQ(sample.other, before);
}

TEST(ProductError, CondensesASingularMatrix) {
  // One direction, fifty times.
  ProductSample sample = randomSample(20, 4, 50);
  for (size_t i = 0; i < sample.other.size(); ++i)
    sample.other[i] = i % 4 == 0;
  ProductSample condensed = sample;
  condensed.condense();
  auto quantizer = UniformQuantizer::asymmetric(-0.5, 0.5);
  double error = productError({sample}, quantizer);
  EXPECT_NEAR(productError({condensed}, quantizer), error, 1e-3 * error);
}

TEST(ProductError, IgnoresWhatAllRowsShare) {
  UniformQuantizer quantizer = UniformQuantizer::asymmetric(0, 255);
  // Errors of 0.25 and -0.25 about a mean that is left out, weighted 3 to 1.
  ProductSample sample{1, {0.25f, 0.75f, 5.25f}, {3, 1, 0}, {2}};
  sample.ignoresSharedError = true;
  // e = -0.25, 0.25, mean -0.125: 3 * 0.125^2 + 0.375^2, times 2^2.
  EXPECT_NEAR(productError({sample}, quantizer), 0.75, 1e-6);
}

} // namespace
