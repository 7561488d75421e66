//===- OutputErrorStrategy.cpp - Ranges by the output's error -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/OutputErrorStrategy.h"

#include "analysis/HeadSites.h"
#include "analysis/Interpreter.h"

#include <numeric>

using namespace mixq;

/// Tokens sampled for one linear, over all images.
static constexpr int64_t kTokens = 1024;
/// Images whose attention products are sampled, whole.
static constexpr size_t kWholeImages = 6;

OutputErrorStrategy::OutputErrorStrategy(std::vector<CalibrationSite> sites,
                                         size_t images)
    : sites(std::move(sites)), images(images), known(this->sites.size()) {
  for (SiteSamples &site : known) {
    site.byImage.resize(images);
    site.rowsByImage.resize(images);
  }
}

/// A product with a weight is sampled by tokens of all images; one of two
/// activations, which differs from image to image, by whole images.
bool OutputErrorStrategy::hasWeight(size_t site) const {
  auto unit = mlir::cast<CostOpInterface>(sites[site].op);
  return llvm::any_of(unit.getQuantizableOperands(), [&](unsigned operand) {
    return isConstant(sites[site].op->getOperand(operand));
  });
}

/// The row with the largest magnitude.
static int64_t extremeRow(const Tensor &rows) {
  const float *first = rows.data<float>();
  const float *largest =
      std::max_element(first, first + rows.size(), [](float a, float b) {
        return std::abs(a) < std::abs(b);
      });
  return (largest - first) / rows.dim(1);
}

/// The class token, the most extreme token, and others by a fixed stride that
/// starts elsewhere in every image: the same whatever the order of the images.
std::vector<int64_t>
OutputErrorStrategy::sampledRows(size_t image, const Tensor &matrix) const {
  int64_t rows = matrix.dim(0);
  int64_t wanted =
      std::min<int64_t>(std::max<int64_t>(kTokens / images, 1), rows);
  std::vector<int64_t> result = {0, extremeRow(matrix)};
  for (int64_t i = 1; i + 1 < wanted; ++i)
    result.push_back(1 + (i * (rows - 1) / wanted + 7 * image) % (rows - 1));
  return result;
}

/// The rows of a unit's input that reach the network's result: those of its own
/// result that do, where the product has a row for each.
static Tensor liveRowsOf(const Tensor &matrix, RowRange live) {
  bool isPartial = 0 < live.size() && live.end <= matrix.dim(0) &&
                   live.size() < matrix.dim(0);
  if (!isPartial)
    return matrix;
  Tensor rows(matrix.type(), {live.size(), matrix.dim(1)});
  std::copy_n(matrix.data<float>() + live.begin * matrix.dim(1), rows.size(),
              rows.mutableData<float>());
  return rows;
}

static ProductSample takeRows(const Tensor &matrix,
                              llvm::ArrayRef<int64_t> rows) {
  ProductSample sample;
  sample.columns = matrix.dim(1);
  for (int64_t row : rows) {
    const float *values = matrix.data<float>() + row * sample.columns;
    sample.rows.insert(sample.rows.end(), values, values + sample.columns);
  }
  sample.rowWeights.assign(rows.size(), 1.0f);
  return sample;
}

static std::vector<float> elementsOf(const Tensor &tensor) {
  return {tensor.data<float>(), tensor.data<float>() + tensor.size()};
}

/// Rows less their mean: under a softmax over the keys what all keys share does
/// not matter to a query.
static std::vector<float> centredRows(const Tensor &matrix) {
  int64_t rows = matrix.dim(0), columns = matrix.dim(1);
  std::vector<float> result = elementsOf(matrix);
  std::vector<double> mean(columns);
  for (int64_t i = 0; i < matrix.size(); ++i)
    mean[i % columns] += result[i] / double(rows);
  for (int64_t i = 0; i < matrix.size(); ++i)
    result[i] -= static_cast<float>(mean[i % columns]);
  return result;
}

static void includeChannels(std::vector<ValueRange> &channels,
                            const Tensor &matrix) {
  channels.resize(matrix.dim(1));
  const float *value = matrix.data<float>();
  for (int64_t row = 0; row < matrix.dim(0); ++row)
    for (ValueRange &channel : channels)
      channel.include(value++, 1);
}

void OutputErrorStrategy::observe(unsigned walk, size_t image, size_t site,
                                  llvm::ArrayRef<Tensor> operands) {
  const CalibrationSite &place = sites[site];
  const Tensor value = headOf(place, operands[place.operand]);
  SiteSamples &target = known[site];
  std::lock_guard<std::mutex> lock(target.mutex);
  bool weighted = hasWeight(site);
  if (!weighted)
    target.range.include(value.data<float>(), value.size());
  if (!weighted && image >= kWholeImages)
    return;
  auto op = mlir::cast<ProductOpInterface>(place.op);
  for (auto [index, product] :
       llvm::enumerate(op.getProducts(operands, place.operand))) {
    if (static_cast<int64_t>(index) % place.heads != place.head)
      continue;
    Tensor matrix = product.rows;
    std::vector<int64_t> rows(matrix.dim(0));
    std::iota(rows.begin(), rows.end(), 0);
    if (weighted) {
      matrix = liveRowsOf(product.rows, place.liveRows);
      rows = sampledRows(image, matrix);
      target.range.include(matrix.data<float>(), matrix.size());
      includeChannels(target.channels, matrix);
    }
    target.rowsByImage[image] = rows;
    ProductSample sample = takeRows(matrix, rows);
    bool isQuery = place.feedsSoftmax && place.operand == 0;
    bool isKey = place.feedsSoftmax && place.operand == 1;
    sample.ignoresSharedError = isKey;
    if (!weighted || image == 0)
      sample.other =
          isQuery ? centredRows(product.other) : elementsOf(product.other);
    target.byImage[image].push_back(std::move(sample));
  }
}

/// The unit comes before its residualAdd in every image, so the rows are there.
void OutputErrorStrategy::observeResidual(unsigned walk, size_t image,
                                          size_t site, const Tensor &residual) {
  SiteSamples &target = known[site];
  std::lock_guard<std::mutex> lock(target.mutex);
  if (target.byImage[image].size() != 1)
    return;
  ProductSample &sample = target.byImage[image].front();
  Tensor stream = liveRowsOf(residual, sites[site].liveRows);
  int64_t width = stream.dim(1);
  for (auto [index, row] : llvm::enumerate(target.rowsByImage[image])) {
    const float *values = stream.data<float>() + row * width;
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

std::vector<ProductSample> OutputErrorStrategy::samplesOf(size_t site) const {
  const SiteSamples &from = known[site];
  if (hasWeight(site))
    return joined(from.byImage);
  std::vector<ProductSample> samples;
  for (const auto &image : from.byImage)
    samples.insert(samples.end(), image.begin(), image.end());
  return samples;
}

ActivationQuantizer OutputErrorStrategy::choose(size_t site) const {
  return choose(site, sites[site].space);
}

ActivationQuantizer
OutputErrorStrategy::choose(size_t site, const QuantizerSpace &space) const {
  std::vector<ProductSample> samples = samplesOf(site);
  for (ProductSample &sample : samples)
    sample.condense();
  return searchQuantizer(samples, known[site].range, space);
}
