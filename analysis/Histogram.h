//===- Histogram.h - How often a tensor takes which values ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_HISTOGRAM_H
#define MIXQ_ANALYSIS_HISTOGRAM_H

#include "analysis/UniformQuantizer.h"

#include <limits>
#include <vector>

namespace mixq {

/// The extremes of all values included.
struct ValueRange {
  float low = std::numeric_limits<float>::infinity();
  float high = -std::numeric_limits<float>::infinity();
  bool isFinite = true; ///< no value was NaN or infinite

  void include(const float *values, int64_t count);
};

/// Counts of values in equal bins over [low, high].
class Histogram {
public:
  static constexpr int64_t kBins = 1 << 16;

  Histogram(float low, float high);

  /// `values` lie in [low, high], or count as the nearer end.
  void add(const float *values, int64_t count);

  /// The value below which a share `p` of the values lies, interpolated within
  /// its bin; the ends of the range exactly for 0 and 1.
  double quantile(double p) const;

  /// The same of |value|, for a range that is symmetric around 0.
  double quantileOfMagnitude(double p) const;

  /// The mean of (dequantize(quantize(x)) - x)^2 with x in the middle of bins.
  double meanSquaredError(const UniformQuantizer &quantizer) const;

private:
  double low;
  double high;
  double width; ///< of a bin
  int64_t total = 0;
  std::vector<int64_t> counts;
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_HISTOGRAM_H
