//===- Histogram.cpp - How often a tensor takes which values --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Histogram.h"

#include <algorithm>
#include <eigen3/Eigen/Core>

using namespace mixq;

void ValueRange::include(const float *values, int64_t count) {
  Eigen::Map<const Eigen::ArrayXf> map(values, count);
  isFinite = isFinite && map.allFinite();
  low = std::min(low, map.minCoeff());
  high = std::max(high, map.maxCoeff());
}

Histogram::Histogram(float low, float high)
    : low(low), high(high), width((this->high - this->low) / kBins),
      counts(kBins) {}

void Histogram::add(const float *values, int64_t count) {
  double reciprocal = width > 0 ? 1 / width : 0;
  constexpr double kLast = kBins - 1;
  for (int64_t i = 0; i < count; ++i) {
    double bin = (values[i] - low) * reciprocal;
    ++counts[static_cast<int64_t>(std::clamp(bin, 0.0, kLast))];
  }
  total += count;
}

/// Walks over `count(bin)` of `bins` bins until a share `p` of `total` lies
/// behind, and returns the bin's index and the fraction of it passed.
template <typename Count>
static double findShare(double p, int64_t total, int64_t bins, Count count) {
  double wanted = p * total;
  for (int64_t bin = 0; bin < bins; ++bin) {
    double here = count(bin);
    if (here > 0 && wanted <= here)
      return bin + std::max(wanted, 0.0) / here;
    wanted -= here;
  }
  return bins;
}

double Histogram::quantile(double p) const {
  if (p <= 0)
    return low;
  if (p >= 1)
    return high;
  auto count = [&](int64_t bin) { return counts[bin]; };
  return low + findShare(p, total, kBins, count) * width;
}

double Histogram::quantileOfMagnitude(double p) const {
  if (p >= 1)
    return high;
  // Bins at equal distance from the middle hold equal magnitudes.
  constexpr int64_t kHalf = kBins / 2;
  auto count = [&](int64_t bin) {
    return counts[kHalf + bin] + counts[kHalf - 1 - bin];
  };
  return findShare(p, total, kHalf, count) * width;
}

double Histogram::meanSquaredError(const UniformQuantizer &quantizer) const {
  double sum = 0;
  for (int64_t bin = 0; bin < kBins; ++bin) {
    if (!counts[bin])
      continue;
    double value = low + (bin + 0.5) * width;
    double error = quantizer.roundTrip(static_cast<float>(value)) - value;
    sum += counts[bin] * error * error;
  }
  return total ? sum / total : 0;
}
