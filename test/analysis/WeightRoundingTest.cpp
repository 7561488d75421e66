//===- WeightRoundingTest.cpp - Weights in codes for quantized inputs -----===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/WeightRounding.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace mixq;
using testing::Each;

namespace {

constexpr int64_t kTokens = 200, kColumns = 12, kRows = 5;

/// Inputs that go together, with small errors against the exact ones.
WeightSample correlatedSample() {
  std::minstd_rand generator(3);
  auto draw = [&] {
    return static_cast<float>(generator() % 65537) / 32768.0f - 1;
  };
  WeightSample sample;
  sample.columns = kColumns;
  for (int64_t t = 0; t < kTokens; ++t) {
    float common = 2 * draw();
    for (int64_t c = 0; c < kColumns; ++c) {
      sample.exactInputs.push_back(common + draw() + 0.5f);
      sample.inputs.push_back(sample.exactInputs.back() * 0.8f + 0.1f * draw());
    }
    sample.tokenWeights.push_back(t % 7 ? 1.0f : 0.2f);
  }
  for (int64_t i = 0; i < kRows * kColumns; ++i)
    sample.weight.push_back(draw());
  for (int64_t n = 0; n < kRows; ++n)
    sample.bias.push_back(draw());
  return sample;
}

std::vector<double> outputs(const WeightSample &sample,
                            const std::vector<float> &inputs,
                            const std::vector<float> &weight,
                            const std::vector<float> &bias) {
  std::vector<double> result;
  for (int64_t t = 0; t < kTokens; ++t)
    for (int64_t n = 0; n < kRows; ++n) {
      double sum = bias[n];
      for (int64_t c = 0; c < kColumns; ++c)
        sum += double(inputs[t * kColumns + c]) * weight[n * kColumns + c];
      result.push_back(sum);
    }
  return result;
}

/// The weighted mean and mean square of what the outputs lose against those of
/// `inputs` with the weight as it was.
struct Loss {
  double mean = 0, square = 0;
};
Loss lossOf(const WeightSample &sample, const std::vector<float> &inputs,
            const RoundedWeight &rounded) {
  std::vector<double> exact =
      outputs(sample, inputs, sample.weight, sample.bias);
  std::vector<double> got =
      outputs(sample, sample.inputs, rounded.dequantized, rounded.bias);
  Loss loss;
  double total = 0;
  for (int64_t t = 0; t < kTokens; ++t)
    for (int64_t n = 0; n < kRows; ++n) {
      double weight = sample.tokenWeights[t];
      double difference = exact[t * kRows + n] - got[t * kRows + n];
      loss.mean += weight * difference;
      loss.square += weight * difference * difference;
      total += weight;
    }
  return {loss.mean / total, loss.square / total};
}

RoundedWeight roundSample(const WeightSample &sample, unsigned bits,
                          bool compensates, double ridge = 0) {
  RoundingOptions options;
  options.bits = bits;
  options.compensates = compensates;
  options.ridge = ridge;
  return WeightRounder(sample).round(options);
}

TEST(WeightRounding, CodesStandForTheWeight) {
  WeightSample sample = correlatedSample();
  for (unsigned bits : {2u, 5u, 8u}) {
    RoundedWeight rounded = roundSample(sample, bits, true);
    EXPECT_EQ(rounded.codes.type(), bits == 8 ? DataType::S8 : DataType::U8);
    for (int64_t i = 0; i < kRows * kColumns; ++i) {
      int32_t code = bits == 8 ? rounded.codes.data<int8_t>()[i]
                               : rounded.codes.data<uint8_t>()[i];
      EXPECT_GE(code, bits == 8 ? -127 : 0);
      EXPECT_LT(code, bits == 8 ? 128 : 1 << bits);
      int64_t n = i / kColumns;
      EXPECT_EQ(rounded.dequantized[i],
                float(code - rounded.zeroPoints.data<int32_t>()[n]) *
                    rounded.scales.data<float>()[n]);
    }
  }
}

TEST(WeightRounding, CompensationLowersTheErrorOfCorrelatedInputs) {
  WeightSample sample = correlatedSample();
  sample.exactInputs = sample.inputs;
  for (unsigned bits : {2u, 3u, 4u}) {
    double nearest =
        lossOf(sample, sample.inputs, roundSample(sample, bits, false)).square;
    double compensated =
        lossOf(sample, sample.inputs, roundSample(sample, bits, true)).square;
    EXPECT_LT(compensated, nearest) << bits;
  }
}

/// The first tokens of a sample.
WeightSample firstTokens(WeightSample sample, int64_t tokens) {
  sample.inputs.resize(tokens * kColumns);
  sample.exactInputs.resize(tokens * kColumns);
  sample.tokenWeights.resize(tokens);
  return sample;
}

TEST(WeightRounding, DampingServesTokensThatWereNotSeen) {
  WeightSample all = correlatedSample();
  all.exactInputs = all.inputs;
  // Fewer tokens than columns: many codes look alike to them.
  WeightSample few = firstTokens(all, 8);
  RoundingOptions plain, damped;
  plain.bits = damped.bits = 3;
  damped.damping = 0.2;
  EXPECT_LT(lossOf(all, all.inputs, WeightRounder(few).round(damped)).square,
            lossOf(all, all.inputs, WeightRounder(few).round(plain)).square);
}

TEST(WeightRounding, RidgeAndDampingAreForActivationsOfEightBits) {
  EXPECT_EQ(RoundingOptions::forBits(4, 4).ridge, 0);
  EXPECT_EQ(RoundingOptions::forBits(4, 4).damping, 0);
  EXPECT_EQ(RoundingOptions::forBits(8, 8).damping, 0);
  EXPECT_GT(RoundingOptions::forBits(8, 3).damping, 0);
  EXPECT_GT(RoundingOptions::forBits(8, 3).ridge, 0);
}

TEST(WeightRounding, RidgeMakesUpForTheErrorsOfInputs) {
  WeightSample sample = correlatedSample();
  double without =
      lossOf(sample, sample.exactInputs, roundSample(sample, 6, true)).square;
  double with =
      lossOf(sample, sample.exactInputs, roundSample(sample, 6, true, 0.01))
          .square;
  EXPECT_LT(with, 0.3 * without);
}

TEST(WeightRounding, TheBiasTakesOutTheMeanError) {
  WeightSample sample = correlatedSample();
  for (double ridge : {0.0, 0.3})
    EXPECT_NEAR(
        lossOf(sample, sample.exactInputs, roundSample(sample, 3, true, ridge))
            .mean,
        0, 1e-5);
}

TEST(WeightRounding, ThreadsDoNotChangeTheCodes) {
  WeightSample sample = correlatedSample();
  WeightRounder rounder(sample);
  RoundingOptions options;
  options.bits = 3;
  EXPECT_EQ(rounder.round(options, 1).dequantized,
            rounder.round(options, 4).dequantized);
}

TEST(WeightRounding, DeadInputsAndWeights) {
  WeightSample sample = correlatedSample();
  std::fill(sample.inputs.begin(), sample.inputs.end(), 0.0f);
  sample.exactInputs = sample.inputs;
  std::fill_n(sample.weight.begin(), kColumns, 0.0f);
  RoundedWeight rounded = roundSample(sample, 4, true, 0.3);
  for (float value : rounded.dequantized)
    EXPECT_TRUE(std::isfinite(value));
  EXPECT_THAT(std::vector<float>(rounded.dequantized.begin(),
                                 rounded.dequantized.begin() + kColumns),
              Each(0.0f));
  EXPECT_EQ(rounded.bias, sample.bias);
}

} // namespace
