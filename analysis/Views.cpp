//===- Views.cpp - Images that nothing was fitted to ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Views.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace mixq;

namespace {

constexpr double kLeastArea = 0.3;
constexpr double kLargestRatio = 4.0 / 3;

/// A rectangle of an image, in pixels.
struct Rectangle {
  double top, left, height, width;
};

class RandomRectangles {
public:
  explicit RandomRectangles(uint64_t seed) : generator(seed) {}

  Rectangle next(int64_t height, int64_t width) {
    const double area = between(kLeastArea, 1);
    const double ratio = std::pow(kLargestRatio, between(-1, 1));
    Rectangle result;
    result.height = height * std::min(1.0, std::sqrt(area / ratio));
    result.width = width * std::min(1.0, std::sqrt(area * ratio));
    result.top = between(0, height - result.height);
    result.left = between(0, width - result.width);
    return result;
  }

private:
  /// The standard's distributions differ between libraries.
  double between(double least, double most) {
    return least + (most - least) * (generator() >> 11) * 0x1p-53;
  }

  std::mt19937_64 generator;
};

/// Where a pixel of the view lies between two of the image.
struct Sample {
  int64_t before, after;
  double share; ///< of `after`
};

/// Of `size` pixels, whose centres lie evenly in [start, start + length].
std::vector<Sample> samplesOf(double start, double length, int64_t size) {
  std::vector<Sample> samples;
  for (int64_t i = 0; i < size; ++i) {
    const double place = std::clamp(start + (i + 0.5) * length / size - 0.5,
                                    0.0, double(size - 1));
    const auto before = static_cast<int64_t>(place);
    samples.push_back({before, std::min(before + 1, size - 1), place - before});
  }
  return samples;
}

double mix(double a, double b, double share) { return a + (b - a) * share; }

Tensor viewOf(const Tensor &image, RandomRectangles &rectangles) {
  const std::vector<int64_t> &shape = image.shape();
  const int64_t height = shape[shape.size() - 2], width = shape.back();
  const Rectangle part = rectangles.next(height, width);
  const auto rows = samplesOf(part.top, part.height, height);
  const auto columns = samplesOf(part.left, part.width, width);
  std::vector<float> pixels;
  pixels.reserve(image.size());
  for (int64_t begin = 0; begin < image.size(); begin += height * width) {
    const float *channel = image.data<float>() + begin;
    for (const Sample &row : rows) {
      const float *above = channel + row.before * width;
      const float *below = channel + row.after * width;
      for (const Sample &column : columns)
        pixels.push_back(static_cast<float>(
            mix(mix(above[column.before], above[column.after], column.share),
                mix(below[column.before], below[column.after], column.share),
                row.share)));
    }
  }
  return Tensor::of<float>(shape, pixels);
}

} // namespace

std::vector<Tensor> mixq::makeViews(llvm::ArrayRef<Tensor> images,
                                    uint64_t seed) {
  RandomRectangles rectangles(seed);
  std::vector<Tensor> views;
  for (const Tensor &image : images)
    views.push_back(viewOf(image, rectangles));
  return views;
}
