//===- PercentileStrategy.cpp - Ranges between quantiles ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/CalibrationStrategy.h"

#include "analysis/HeadSites.h"
#include "analysis/Histogram.h"

#include <deque>
#include <mutex>
#include <optional>

using namespace mixq;

namespace {

/// What is known of one site.
struct SiteValues {
  std::mutex mutex;
  ValueRange range;
  std::optional<Histogram> histogram;
};

class PercentileStrategy : public CalibrationStrategy {
public:
  PercentileStrategy(std::vector<CalibrationSite> sites,
                     std::vector<double> candidates)
      : sites(std::move(sites)), candidates(std::move(candidates)),
        values(this->sites.size()) {}

  unsigned getWalks() const override { return candidates.size() > 1 ? 2 : 1; }
  void observe(unsigned walk, size_t image, size_t site,
               llvm::ArrayRef<Tensor> operands) override;
  mlir::LogicalResult finishWalk(unsigned walk) override;
  ActivationQuantizer choose(size_t site) const override;

private:
  mlir::LogicalResult openHistogram(size_t site);
  UniformQuantizer quantizerFor(size_t site, double p) const;

  std::vector<CalibrationSite> sites;
  std::vector<double> candidates;
  std::deque<SiteValues> values; ///< by site; a deque, as mutexes cannot move
};

} // namespace

/// Sums of counts and extremes commute, so any order of images gives the same.
void PercentileStrategy::observe(unsigned walk, size_t image, size_t site,
                                 llvm::ArrayRef<Tensor> operands) {
  const Tensor value = headOf(sites[site], operands[sites[site].operand]);
  SiteValues &known = values[site];
  std::lock_guard<std::mutex> lock(known.mutex);
  if (walk == 0)
    known.range.include(value.data<float>(), value.size());
  else
    known.histogram->add(value.data<float>(), value.size());
}

mlir::LogicalResult PercentileStrategy::finishWalk(unsigned walk) {
  if (walk == 0)
    for (size_t site = 0; site < sites.size(); ++site)
      if (mlir::failed(openHistogram(site)))
        return mlir::failure();
  return mlir::success();
}

mlir::LogicalResult PercentileStrategy::openHistogram(size_t site) {
  const ValueRange &range = values[site].range;
  if (!range.isFinite)
    return sites[site].op->emitOpError(
               "cannot be calibrated: expects finite activations, found NaN or "
               "infinity in operand ")
           << sites[site].operand;
  float reach = std::max(std::abs(range.low), std::abs(range.high));
  if (sites[site].space.isSymmetric)
    values[site].histogram.emplace(-reach, reach);
  else
    values[site].histogram.emplace(range.low, range.high);
  return mlir::success();
}

UniformQuantizer PercentileStrategy::quantizerFor(size_t site, double p) const {
  const Histogram &histogram = *values[site].histogram;
  unsigned bits = sites[site].space.bits;
  if (sites[site].space.isSymmetric)
    return UniformQuantizer::symmetric(histogram.quantileOfMagnitude(p), bits);
  return UniformQuantizer::asymmetric(histogram.quantile(1 - p),
                                      histogram.quantile(p), bits);
}

ActivationQuantizer PercentileStrategy::choose(size_t site) const {
  UniformQuantizer best = quantizerFor(site, candidates.front());
  double leastError = values[site].histogram->meanSquaredError(best);
  for (double p : llvm::ArrayRef(candidates).drop_front()) {
    UniformQuantizer candidate = quantizerFor(site, p);
    double error = values[site].histogram->meanSquaredError(candidate);
    if (error < leastError) {
      best = candidate;
      leastError = error;
    }
  }
  return best;
}

std::unique_ptr<CalibrationStrategy>
mixq::createPercentileStrategy(std::vector<CalibrationSite> sites,
                               std::vector<double> candidates) {
  return std::make_unique<PercentileStrategy>(std::move(sites),
                                              std::move(candidates));
}
