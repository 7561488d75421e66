//===- ChannelScaling.cpp - Similar ranges for the channels ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Reparameterize/ChannelScaling.h"

#include "analysis/QuantizerSearch.h"
#include "analysis/WeightQuantizer.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

namespace mixq {

namespace {

double widthOf(const ValueRange &channel) {
  // A channel that hardly moves needs no scale of its own.
  constexpr double kLeastWidth = 1e-4;
  return std::max<double>(double(channel.high) - channel.low, kLeastWidth);
}

float middleOf(const ValueRange &channel) {
  return (channel.high + channel.low) / 2;
}

} // namespace

ChannelScaling powerScaling(const std::vector<ValueRange> &channels,
                            double alpha, bool recentre) {
  ChannelScaling scaling;
  if (alpha == 0)
    return scaling;
  double logSum = 0;
  for (const ValueRange &channel : channels)
    logSum += std::log(widthOf(channel));
  double geomean = std::exp(logSum / channels.size());
  for (const ValueRange &channel : channels) {
    scaling.scale.push_back(
        static_cast<float>(std::pow(widthOf(channel) / geomean, alpha)));
    scaling.shift.push_back(recentre ? middleOf(channel) : 0.0f);
  }
  return scaling;
}

ChannelScaling excessScaling(const std::vector<ValueRange> &channels,
                             double factor, bool recentre) {
  double widest = 0;
  for (const ValueRange &channel : channels)
    widest = std::max(widest, widthOf(channel));
  ChannelScaling scaling;
  for (const ValueRange &channel : channels) {
    scaling.scale.push_back(
        static_cast<float>(std::max(1.0, widthOf(channel) * factor / widest)));
    scaling.shift.push_back(recentre ? middleOf(channel) : 0.0f);
  }
  return scaling;
}

ChannelScaling clippedScaling(const std::vector<ValueRange> &channels,
                              double spread, bool recentre) {
  double sum = 0, squares = 0, count = channels.size();
  for (const ValueRange &channel : channels) {
    sum += widthOf(channel);
    squares += widthOf(channel) * widthOf(channel);
  }
  double mean = sum / count;
  double bound =
      mean + spread * std::sqrt(std::max(squares / count - mean * mean, 0.0));
  double clippedSum = 0;
  for (const ValueRange &channel : channels)
    clippedSum += std::min(widthOf(channel), bound);
  ChannelScaling scaling;
  for (const ValueRange &channel : channels) {
    scaling.scale.push_back(static_cast<float>(
        std::min(widthOf(channel), bound) * count / clippedSum));
    scaling.shift.push_back(recentre ? middleOf(channel) : 0.0f);
  }
  return scaling;
}

namespace {

/// The same product after scaling: x' and W'.
ProductSample scaled(const ProductSample &sample,
                     const ChannelScaling &scaling) {
  ProductSample result = sample;
  if (scaling.isIdentity())
    return result;
  int64_t columns = sample.columns;
  for (size_t i = 0; i < result.rows.size(); ++i)
    result.rows[i] = (result.rows[i] - scaling.shift[i % columns]) /
                     scaling.scale[i % columns];
  for (size_t i = 0; i < result.other.size(); ++i)
    result.other[i] *= scaling.scale[i % columns];
  return result;
}

/// The range of all channels of x'.
ValueRange rangeOf(const std::vector<ValueRange> &channels,
                   const ChannelScaling &scaling) {
  ValueRange range;
  for (size_t c = 0; c < channels.size(); ++c)
    for (float end : {channels[c].low, channels[c].high}) {
      float value = scaling.isIdentity()
                        ? end
                        : (end - scaling.shift[c]) / scaling.scale[c];
      range.include(&value, 1);
    }
  return range;
}

/// The weight as its codes stand for it.
absl::StatusOr<std::vector<float>>
quantizedWeight(const std::vector<float> &weight, int64_t columns,
                unsigned bits) {
  int64_t rows = weight.size() / columns;
  absl::StatusOr<QuantizedWeight> quantized =
      quantizeWeight(Tensor::of<float>({rows, columns}, weight), bits);
  if (!quantized.ok())
    return quantized.status();
  return quantized->dequantize();
}

/// The error with both operands in codes.
absl::StatusOr<double> quantizedError(const ProductSample &sample,
                                      const ValueRange &range,
                                      const ScalingSpace &space) {
  ProductSample condensed = sample;
  condensed.condense();
  QuantizerSpace quantizers;
  quantizers.bits = space.activationBits;
  quantizers.isOneSided = space.isOneSided;
  ActivationQuantizer quantizer =
      searchQuantizer({condensed}, range, quantizers, SearchEffort::Coarse);
  absl::StatusOr<std::vector<float>> weight =
      quantizedWeight(sample.other, sample.columns, space.weightBits);
  if (!weight.ok())
    return weight.status();
  return productError(sample, quantizer, *weight);
}

/// With so few codes an error of the output says little about the network, and
/// one exponent after all LayerNorms and attentions did better than what is
/// chosen by errors (docs/design/calibration.md).
constexpr unsigned kFewBits = 3;
constexpr double kFewBitsPower = 0.75;

/// The share of the sampled tokens at either end of a channel that does not
/// count for its width: what is rare should not decide how the other values are
/// scaled.
constexpr double kTail = 0.01;

/// The ranges of the channels without their tails.
std::vector<ValueRange> coreRanges(const ProductSample &sample) {
  const int64_t columns = sample.columns, count = sample.rowCount();
  const auto tail = static_cast<int64_t>(kTail * static_cast<double>(count));
  std::vector<ValueRange> ranges(columns);
  std::vector<float> values(count);
  for (int64_t c = 0; c < columns; ++c) {
    for (int64_t row = 0; row < count; ++row)
      values[row] = sample.rows[row * columns + c];
    llvm::sort(values);
    ranges[c].include(&values[tail], count - 2 * tail);
  }
  return ranges;
}

class Candidates {
public:
  Candidates(const std::vector<ValueRange> &channels, const ScalingSpace &space)
      : channels(channels), recentre(space.recentre), spread(space.spread) {
    bool all = space.rule == ScalingRule::Search;
    if (all && space.activationBits <= kFewBits) {
      addPowers({space.isOneSided ? 0.0 : kFewBitsPower});
      return;
    }
    // Codebooks want all channels to begin at the same end.
    if (space.isOneSided && space.activationBits <= kMostCodebookBits) {
      addPowers({0.0});
      addExcesses();
      return;
    }
    if (space.rule == ScalingRule::Plain)
      addPowers({1.0});
    if (all || space.rule == ScalingRule::Power)
      addPowers({0.0, 0.25, 0.5, 0.75, 1.0});
    if (all)
      addExcesses();
    // A range that is clipped is off the middle after a gelu, too.
    if (space.rule == ScalingRule::Clipped || (all && recentre))
      addClipped();
  }

  const std::vector<ChannelScaling> &get() const { return scalings; }

private:
  void addPowers(std::initializer_list<double> alphas) {
    for (double alpha : alphas)
      scalings.push_back(powerScaling(channels, alpha, recentre));
  }
  void addExcesses() {
    for (double factor : {1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 32.0})
      scalings.push_back(excessScaling(channels, factor, recentre));
  }
  void addClipped() {
    std::vector<double> spreads = {0.5, 1.0, 2.0, 3.0};
    if (spread > 0)
      spreads = {spread};
    for (double candidate : spreads)
      scalings.push_back(clippedScaling(channels, candidate, recentre));
  }

  const std::vector<ValueRange> &channels;
  const bool recentre;
  const double spread;
  std::vector<ChannelScaling> scalings;
};

} // namespace

absl::StatusOr<ChannelScaling>
searchScaling(const ProductSample &all, const std::vector<ValueRange> &channels,
              const ScalingSpace &space) {
  // Candidates differ by much, and each wants two searches of its own.
  constexpr int64_t kManyRows = 512;
  ProductSample sample = all.rowCount() < kManyRows ? all : all.thinned(3);
  ChannelScaling best;
  double leastError = std::numeric_limits<double>::infinity();
  // What a gelu lets through in few tokens is what its channels differ by; 8
  // bits have codes for tails; the other rules are as published.
  const bool useCores = space.rule == ScalingRule::Search &&
                        !space.isOneSided && space.activationBits < 8;
  const std::vector<ValueRange> ranges = useCores ? coreRanges(all) : channels;
  Candidates candidates(ranges, space);
  for (const ChannelScaling &scaling : candidates.get()) {
    absl::StatusOr<double> error = quantizedError(
        scaled(sample, scaling), rangeOf(channels, scaling), space);
    if (!error.ok())
      return error.status();
    if (*error < leastError) {
      leastError = *error;
      best = scaling;
    }
  }
  return best;
}

} // namespace mixq
