//===- OutputErrorStrategy.h - Ranges by the output's error -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OUTPUTERRORSTRATEGY_H
#define MIXQ_ANALYSIS_OUTPUTERRORSTRATEGY_H

#include "analysis/CalibrationStrategy.h"
#include "analysis/ProductError.h"

#include <deque>
#include <mutex>

namespace mixq {

/// Takes the range with the least error of the unit's *output* on sampled
/// tokens of the float graph: sum over tokens t of
/// weight_t * |(dequantize(quantize(x_t)) - x_t) W^T|^2, where W is the weight
/// or the other operand of a matmul. A token's weight is 1 / |residual stream
/// after the unit|^2 where the unit feeds it, else 1: one huge token must not
/// erase the others. What all queries of a key share, or all keys of a query,
/// is left out before a softmax. See searchQuantizer. One walk.
class OutputErrorStrategy : public CalibrationStrategy {
public:
  OutputErrorStrategy(std::vector<CalibrationSite> sites, size_t images);

  unsigned getWalks() const override { return 1; }
  void observe(unsigned walk, size_t image, size_t site,
               llvm::ArrayRef<Tensor> operands) override;
  void observeResidual(unsigned walk, size_t image, size_t site,
                       const Tensor &residual) override;
  mlir::LogicalResult finishWalk(unsigned walk) override;
  ActivationQuantizer choose(size_t site) const override;
  /// The same with other codes to choose from.
  ActivationQuantizer choose(size_t site, const QuantizerSpace &space) const;

  /// What was sampled at a site: one sample over all images for a product with
  /// a weight, else one for each product of each image.
  std::vector<ProductSample> samplesOf(size_t site) const;

  /// The extremes of each column of the rows of a product with a weight, over
  /// all tokens.
  const std::vector<ValueRange> &channelRangesOf(size_t site) const {
    return known[site].channels;
  }

private:
  struct SiteSamples {
    std::mutex mutex;
    ValueRange range;
    std::vector<ValueRange> channels;
    /// Of each image, one for each product of the op. Only those of the first
    /// image hold `other` where it is the same for all.
    std::vector<std::vector<ProductSample>> byImage;
    /// The rows sampled of each image.
    std::vector<std::vector<int64_t>> rowsByImage;
  };

  bool hasWeight(size_t site) const;
  std::vector<int64_t> sampledRows(size_t image, const Tensor &rows) const;

  std::vector<CalibrationSite> sites;
  size_t images;
  std::deque<SiteSamples> known; ///< by site; a deque, as mutexes cannot move
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_OUTPUTERRORSTRATEGY_H
