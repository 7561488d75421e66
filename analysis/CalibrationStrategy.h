//===- CalibrationStrategy.h - How ranges are chosen ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_CALIBRATIONSTRATEGY_H
#define MIXQ_ANALYSIS_CALIBRATIONSTRATEGY_H

#include "analysis/ActivationQuantizer.h"
#include "analysis/LiveRows.h"
#include "analysis/QuantizerSearch.h"
#include "dialect/MixqDialect.h"

#include <memory>
#include <vector>

namespace mixq {

/// An activation operand of a unit, which is to get a quantizer.
struct CalibrationSite {
  mlir::Operation *op;
  unsigned operand;
  /// What may be chosen. Symmetric s8 where the operand plays the weight in a
  /// product of u8 by s8; with fewer bits a code less its zero-point is an s8.
  QuantizerSpace space;
  /// What adds the unit's result to the residual stream, if anything does.
  mlir::Operation *residualAdd = nullptr;
  /// The unit's result goes to a softmax, which only sees differences.
  bool feedsSoftmax = false;
  /// The rows of the unit's result that reach the network's (LiveRows.h); in
  /// the others there is no error.
  RowRange liveRows;
  /// Of the operand's matrices i those with i % heads == head (HeadSites.h).
  int64_t head = 0, heads = 1;
};

/// One way to choose quantizers from the activations of the float graph. The
/// calibration walks over all images as often as the strategy asks.
class CalibrationStrategy {
public:
  virtual ~CalibrationStrategy() = default;

  virtual unsigned getWalks() const = 0;

  /// One image's operands of a site's op. Called from several threads at once;
  /// what is kept must not depend on the order of the calls.
  virtual void observe(unsigned walk, size_t image, size_t site,
                       llvm::ArrayRef<Tensor> operands) = 0;

  /// One image's residual stream after the site's residualAdd.
  virtual void observeResidual(unsigned walk, size_t image, size_t site,
                               const Tensor &residual) {}

  /// After all images of a walk. Emits a diagnostic on failure.
  virtual mlir::LogicalResult finishWalk(unsigned walk) = 0;

  /// After the last walk. Safe to call for several sites at once.
  virtual ActivationQuantizer choose(size_t site) const = 0;
};

/// Of the ranges between the quantiles 1 - p and p (of the magnitudes up to
/// quantile p where symmetric), takes the one with the least mean squared
/// quantization error. Walks once for the extremes, and once more for
/// histograms unless p = 1 is the only candidate.
std::unique_ptr<CalibrationStrategy>
createPercentileStrategy(std::vector<CalibrationSite> sites,
                         std::vector<double> candidates);

} // namespace mixq

#endif // MIXQ_ANALYSIS_CALIBRATIONSTRATEGY_H
