//===- ChannelScaling.h - Similar ranges for the channels -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_REPARAMETERIZE_CHANNELSCALING_H
#define MIXQ_TRANSFORMS_REPARAMETERIZE_CHANNELSCALING_H

#include "absl/status/statusor.h"
#include "analysis/ProductError.h"

#include <vector>

namespace mixq {

/// x'_c = (x_c - shift_c) / scale_c.
struct ChannelScaling {
  std::vector<float> scale, shift;

  bool isIdentity() const { return scale.empty(); }
};

/// scale_c = (s_c / geomean(s))^alpha with s_c the width of channel c's range;
/// none for alpha = 0. With `recentre` shift_c is the middle of the range, else
/// 0. alpha = 1 is RepQ-ViT's.
ChannelScaling powerScaling(const std::vector<ValueRange> &channels,
                            double alpha, bool recentre);

/// scale_c = max(1, s_c / T) with T the largest width divided by `factor`: only
/// channels wider than T are touched, so that few columns of the weight grow.
ChannelScaling excessScaling(const std::vector<ValueRange> &channels,
                             double factor, bool recentre);

/// scale_c = min(s_c, T) / mean(min(s, T)) with T = mean(s) + spread * std(s):
/// the outliers, which would only make columns of the weight huge, are clipped.
ChannelScaling clippedScaling(const std::vector<ValueRange> &channels,
                              double spread, bool recentre);

/// Which scalings a search may choose, by the family of their rule.
enum class ScalingRule {
  Search,  ///< all of the others; with 3 bits and fewer alpha = 3/4, but none
           ///< after a gelu. With fewer than 8 bits, but not after a gelu,
           ///< widths are without the least and the largest hundredth of the
           ///< sampled tokens
  Power,   ///< none, or alpha in {1/4, 1/2, 3/4, 1}
  Clipped, ///< spread in {1/2, 1, 2, 3}
  Plain,   ///< RepQ-ViT's: alpha = 1
};

/// What is searched, and the codes it is searched for.
struct ScalingSpace {
  ScalingRule rule = ScalingRule::Search;
  double spread = 0; ///< of the clipped rule; 0: searched
  bool recentre = false;
  /// All channels begin at the same end and must go on to: only excesses, which
  /// keep that end, unless there are codes enough.
  bool isOneSided = false;
  unsigned activationBits = 8, weightBits = 8;
};

/// Of these scalings the one with the least error of the product when x' and
/// the weight with scaled columns are in codes. `sample.other` is the weight
/// [N, K]. Fails where the weight cannot be quantized.
absl::StatusOr<ChannelScaling>
searchScaling(const ProductSample &sample,
              const std::vector<ValueRange> &channels,
              const ScalingSpace &space);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_REPARAMETERIZE_CHANNELSCALING_H
