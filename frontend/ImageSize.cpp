//===- ImageSize.cpp - A model for images of another size -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/ImageSize.h"

#include "frontend/swin/Swin.h"
#include "frontend/vit/Vit.h"

#include <algorithm>
#include <cmath>

namespace mixq {
namespace {

/// Keys' cubic convolution with a = -1/2, which PIL and PyTorch use where they
/// antialias (and -3/4 where they do not).
double cubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2)
    return ((x - 5) * x + 8) * x * a - 4 * a;
  return 0;
}

/// The inputs that make one output: their weights, and the first of them.
struct Taps {
  int64_t first;
  std::vector<double> weights;
};

/// Shrinking stretches the filter over as many inputs as become one output.
Taps tapsOf(int64_t output, int64_t inputs, int64_t outputs) {
  const double scale =
      static_cast<double>(inputs) / static_cast<double>(outputs);
  const double stretch = std::max(scale, 1.0), support = 2 * stretch;
  const double center = scale * (static_cast<double>(output) + 0.5);
  Taps taps;
  taps.first =
      std::max<int64_t>(static_cast<int64_t>(center - support + 0.5), 0);
  const int64_t end =
      std::min<int64_t>(static_cast<int64_t>(center + support + 0.5), inputs);
  double sum = 0;
  for (int64_t i = taps.first; i < end; ++i) {
    taps.weights.push_back(
        cubic((static_cast<double>(i) - center + 0.5) / stretch));
    sum += taps.weights.back();
  }
  for (double &weight : taps.weights)
    weight /= sum;
  return taps;
}

/// Resamples the middle one of three dimensions [outer, inputs, inner].
std::vector<double> resampleAxis(const std::vector<double> &from,
                                 int64_t inputs, int64_t outputs,
                                 int64_t inner) {
  const int64_t outer = static_cast<int64_t>(from.size()) / (inputs * inner);
  std::vector<double> to(outer * outputs * inner);
  for (int64_t y = 0; y < outputs; ++y) {
    const Taps taps = tapsOf(y, inputs, outputs);
    for (int64_t o = 0; o < outer; ++o)
      for (size_t t = 0; t < taps.weights.size(); ++t)
        for (int64_t i = 0; i < inner; ++i)
          to[(o * outputs + y) * inner + i] +=
              taps.weights[t] *
              from[(o * inputs + taps.first + static_cast<int64_t>(t)) * inner +
                   i];
  }
  return to;
}

/// What is resized before the crop grows with the image.
void scaleResize(PreprocessingConfig &images, const Extent &from,
                 const Extent &to) {
  const int64_t width = images.resizeWidth ? images.resizeWidth : images.resize;
  const bool isSquare = images.resizeWidth == 0 && to.height == to.width;
  const auto scaled = [&](int64_t resized, int64_t before, int64_t after) {
    if (images.cropPct > 0)
      return static_cast<int64_t>(
          std::floor(static_cast<double>(after) / images.cropPct));
    return std::max(resized * after / before, after);
  };
  images.keepRatio |= images.resizeWidth == 0 && !isSquare;
  images.resize = scaled(images.resize, from.height, to.height);
  images.resizeWidth = isSquare ? 0 : scaled(width, from.width, to.width);
}

} // namespace

Tensor resampleGrid(const Tensor &positions, int64_t prefix, const Extent &from,
                    const Extent &to) {
  const int64_t width = positions.dim(2);
  const float *values = positions.data<float>();
  const float *grid = values + prefix * width;
  std::vector<double> patches(grid, grid + from.height * from.width * width);
  patches = resampleAxis(patches, from.width, to.width, width);
  patches = resampleAxis(patches, from.height, to.height, to.width * width);
  Tensor result(DataType::F32, {1, prefix + to.height * to.width, width});
  float *out = std::copy_n(values, prefix * width, result.mutableData<float>());
  std::transform(patches.begin(), patches.end(), out,
                 [](double value) { return static_cast<float>(value); });
  return result;
}

absl::Status changeImageSize(ModelConfig &config,
                             std::map<std::string, Tensor> &tensors,
                             const Extent &size) {
  const Extent before = {config.imageHeight, config.imageWidth};
  if (size.height == before.height && size.width == before.width)
    return absl::OkStatus();
  config.imageHeight = size.height;
  config.imageWidth = size.width;
  scaleResize(config.preprocessing, before, size);
  const Network original = config.network;
  std::visit([&](auto &network) { followImageSize(config, network); },
             config.network);
  const absl::Status status = std::visit(
      [&](const auto &network) { return checkNetwork(config, network); },
      config.network);
  if (!status.ok())
    return status;
  std::visit(
      [&](const auto &network) {
        using Type = std::decay_t<decltype(network)>;
        resamplePositions(std::get<Type>(original), network, tensors);
      },
      config.network);
  return absl::OkStatus();
}

} // namespace mixq
