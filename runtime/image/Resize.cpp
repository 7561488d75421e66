//===- Resize.cpp - PIL's resize --------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/image/Resize.h"

#include <algorithm>
#include <cmath>

namespace mixq {
namespace {

/// Fixed point: 8 bits of result, 2 of head room for filters that overshoot.
constexpr int precisionBits = 32 - 8 - 2;

double triangle(double x) {
  x = std::abs(x);
  return x < 1.0 ? 1.0 - x : 0.0;
}

double cubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0)
    return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0)
    return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

struct Filter {
  double (*weight)(double);
  double support;
};

Filter filterOf(schema::Interpolation interpolation) {
  return interpolation == schema::Interpolation::Bicubic
             ? Filter{cubic, 2.0}
             : Filter{triangle, 1.0};
}

/// The inputs [first, first + weights.size()) of one output and their weights.
struct Taps {
  int first;
  std::vector<int> weights;
};

/// Towards zero after + 0.5, which is what decides the taps at the borders.
int roundLikePil(double x) {
  return static_cast<int>(x + 0.5); // NOLINT(bugprone-incorrect-roundings)
}

Taps computeTaps(const Filter &filter, int inputSize, double center,
                 double scale) {
  const double support = filter.support * scale;
  const int first = std::max(0, roundLikePil(center - support));
  const int last = std::min(inputSize, roundLikePil(center + support));
  std::vector<double> weights;
  double sum = 0.0;
  for (int i = first; i < last; ++i) {
    weights.push_back(filter.weight((i - center + 0.5) * (1.0 / scale)));
    sum += weights.back();
  }
  Taps taps{first, {}};
  for (double weight : weights) {
    double normal = sum != 0.0 ? weight / sum : weight;
    taps.weights.push_back(static_cast<int>(std::copysign(0.5, normal) +
                                            normal * (1 << precisionBits)));
  }
  return taps;
}

std::vector<Taps> computeAllTaps(int inputSize, int outputSize,
                                 const Filter &filter) {
  const double ratio = static_cast<double>(inputSize) / outputSize;
  const double scale = std::max(ratio, 1.0); // no filter narrower than a pixel
  std::vector<Taps> taps;
  taps.reserve(outputSize);
  for (int i = 0; i < outputSize; ++i)
    taps.push_back(computeTaps(filter, inputSize, (i + 0.5) * ratio, scale));
  return taps;
}

uint8_t toPixel(int sum) {
  return static_cast<uint8_t>(std::clamp(sum >> precisionBits, 0, 255));
}

constexpr int half = 1 << (precisionBits - 1);

void resizeRow(const uint8_t *in, uint8_t *out, const std::vector<Taps> &taps) {
  for (const Taps &tap : taps) {
    int sums[Image::channels] = {half, half, half};
    const uint8_t *pixel =
        in + static_cast<size_t>(tap.first) * Image::channels;
    for (int weight : tap.weights)
      for (int &sum : sums)
        sum += *pixel++ * weight;
    for (int sum : sums)
      *out++ = toPixel(sum);
  }
}

Image resizeHorizontally(const Image &image, int width, const Filter &filter) {
  const std::vector<Taps> taps = computeAllTaps(image.width, width, filter);
  Image result(width, image.height);
  for (int y = 0; y < image.height; ++y)
    resizeRow(image.row(y), result.row(y), taps);
  return result;
}

Image resizeVertically(const Image &image, int height, const Filter &filter) {
  const std::vector<Taps> taps = computeAllTaps(image.height, height, filter);
  Image result(image.width, height);
  std::vector<int> sums(image.stride());
  for (int y = 0; y < height; ++y) {
    std::fill(sums.begin(), sums.end(), half);
    const uint8_t *pixel = image.row(taps[y].first);
    for (int weight : taps[y].weights)
      for (int &sum : sums)
        sum += *pixel++ * weight;
    std::transform(sums.begin(), sums.end(), result.row(y), toPixel);
  }
  return result;
}

} // namespace

Image resizeImage(const Image &image, int width, int height,
                  schema::Interpolation interpolation) {
  const Filter filter = filterOf(interpolation);
  Image result =
      width == image.width ? image : resizeHorizontally(image, width, filter);
  return height == result.height ? result
                                 : resizeVertically(result, height, filter);
}

} // namespace mixq
