//===- OutputErrorStrategy.cpp - Ranges by the error of the output --*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/CalibrationStrategy.h"

#include "analysis/Interpreter.h"
#include "analysis/ProductError.h"

#include <deque>
#include <numeric>
#include <mutex>

using namespace mixq;

namespace {

/// Tokens sampled for one linear, over all images.
constexpr int64_t kTokens = 1024;
/// Images whose attention products are sampled, whole.
constexpr size_t kWholeImages = 6;

/// What is known of one site.
struct SiteSamples {
  std::mutex mutex;
  ValueRange range;
  /// Of each image, one for each product of the op. Only those of the first
  /// image hold `other` where it is the same for all.
  std::vector<std::vector<ProductSample>> byImage;
};

class OutputErrorStrategy : public CalibrationStrategy {
public:
  OutputErrorStrategy(std::vector<CalibrationSite> sites, size_t images)
      : sites(std::move(sites)), images(images), known(this->sites.size()) {
    for (SiteSamples &site : known)
      site.byImage.resize(images);
  }

  unsigned getWalks() const override { return 1; }
  void observe(unsigned walk, size_t image, size_t site,
               llvm::ArrayRef<Tensor> operands) override;
  void observeResidual(unsigned walk, size_t image, size_t site,
                       const Tensor &residual) override;
  mlir::LogicalResult finishWalk(unsigned walk) override;
  UniformQuantizer choose(size_t site) const override;

private:
  bool hasWeight(size_t site) const;
  std::vector<int64_t> sampledRows(size_t image, int64_t rows) const;

  std::vector<CalibrationSite> sites;
  size_t images;
  std::deque<SiteSamples> known; ///< by site; a deque, as mutexes cannot move
};

} // namespace

/// A product with a weight is sampled by tokens of all images; one of two
/// activations, which differs from image to image, by whole images.
bool OutputErrorStrategy::hasWeight(size_t site) const {
  auto unit = mlir::cast<CostOpInterface>(sites[site].op);
  return llvm::any_of(unit.getQuantizableOperands(), [&](unsigned operand) {
    return isConstant(sites[site].op->getOperand(operand));
  });
}

/// The class token, and others by a fixed stride that starts elsewhere in every
/// image: the same rows whatever the order of the images.
std::vector<int64_t> OutputErrorStrategy::sampledRows(size_t image,
                                                      int64_t rows) const {
  int64_t wanted =
      std::min<int64_t>(std::max<int64_t>(kTokens / images, 1), rows);
  std::vector<int64_t> result = {0};
  for (int64_t i = 1; i < wanted; ++i)
    result.push_back(1 + (i * (rows - 1) / wanted + 7 * image) % (rows - 1));
  return result;
}

static ProductSample takeRows(const ProductMatrices &product,
                              llvm::ArrayRef<int64_t> rows) {
  ProductSample sample;
  sample.columns = product.rows.dim(1);
  for (int64_t row : rows) {
    const float *values = product.rows.data<float>() + row * sample.columns;
    sample.rows.insert(sample.rows.end(), values, values + sample.columns);
  }
  sample.rowWeights.assign(rows.size(), 1.0f);
  return sample;
}

static std::vector<float> elementsOf(const Tensor &tensor) {
  return {tensor.data<float>(), tensor.data<float>() + tensor.size()};
}

void OutputErrorStrategy::observe(unsigned walk, size_t image, size_t site,
                                  llvm::ArrayRef<Tensor> operands) {
  const CalibrationSite &place = sites[site];
  const Tensor &value = operands[place.operand];
  std::vector<ProductSample> samples;
  bool weighted = hasWeight(site);
  if (weighted || image < kWholeImages) {
    auto op = mlir::cast<ProductOpInterface>(place.op);
    for (const ProductMatrices &product :
         op.getProducts(operands, place.operand)) {
      int64_t count = product.rows.dim(0);
      std::vector<int64_t> rows = sampledRows(image, count);
      if (!weighted) {
        rows.resize(count);
        std::iota(rows.begin(), rows.end(), 0);
      }
      samples.push_back(takeRows(product, rows));
      if (!weighted || image == 0)
        samples.back().other = elementsOf(product.other);
    }
  }
  SiteSamples &target = known[site];
  std::lock_guard<std::mutex> lock(target.mutex);
  target.range.include(value.data<float>(), value.size());
  target.byImage[image] = std::move(samples);
}

/// The unit comes before its residualAdd in every image, so the rows are there.
void OutputErrorStrategy::observeResidual(unsigned walk, size_t image,
                                          size_t site,
                                          const Tensor &residual) {
  SiteSamples &target = known[site];
  std::lock_guard<std::mutex> lock(target.mutex);
  if (target.byImage[image].size() != 1)
    return;
  ProductSample &sample = target.byImage[image].front();
  int64_t width = residual.dim(1);
  std::vector<int64_t> rows = sampledRows(image, residual.dim(0));
  for (auto [index, row] : llvm::enumerate(rows)) {
    const float *values = residual.data<float>() + row * width;
    double squares = 1e-12;
    for (int64_t i = 0; i < width; ++i)
      squares += double(values[i]) * values[i];
    sample.rowWeights[index] = static_cast<float>(width / squares);
  }
}

mlir::LogicalResult OutputErrorStrategy::finishWalk(unsigned walk) {
  for (size_t site = 0; site < sites.size(); ++site)
    if (!known[site].range.isFinite)
      return sites[site].op->emitOpError(
                 "cannot be calibrated: expects finite activations, found NaN "
                 "or infinity in operand ")
             << sites[site].operand;
  return mlir::success();
}

/// One sample for all images of a product with a weight.
static std::vector<ProductSample>
joined(const std::vector<std::vector<ProductSample>> &byImage) {
  ProductSample all = byImage.front().front();
  for (const auto &samples : llvm::ArrayRef(byImage).drop_front()) {
    const ProductSample &sample = samples.front();
    all.rows.insert(all.rows.end(), sample.rows.begin(), sample.rows.end());
    all.rowWeights.insert(all.rowWeights.end(), sample.rowWeights.begin(),
                          sample.rowWeights.end());
  }
  return {std::move(all)};
}

UniformQuantizer OutputErrorStrategy::choose(size_t site) const {
  const SiteSamples &from = known[site];
  std::vector<ProductSample> samples;
  if (hasWeight(site))
    samples = joined(from.byImage);
  else
    for (const auto &image : from.byImage)
      samples.insert(samples.end(), image.begin(), image.end());
  for (ProductSample &sample : samples)
    sample.condense();
  return searchQuantizer(samples, from.range, sites[site].isSymmetric);
}

std::unique_ptr<CalibrationStrategy>
mixq::createOutputErrorStrategy(std::vector<CalibrationSite> sites,
                                size_t images) {
  return std::make_unique<OutputErrorStrategy>(std::move(sites), images);
}
