//===- Resample.cpp - Weights and passes of a resize ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/image/Resample.h"

#include <algorithm>
#include <cmath>

#include "runtime/image/Image.h"

namespace mixq {
namespace {

/// Fixed point: 8 bits of result, 2 of head room for filters that overshoot.
constexpr int precisionBits = 32 - 8 - 2;
constexpr int half = 1 << (precisionBits - 1);

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

/// Towards zero after + 0.5, which is what decides the taps at the borders.
int roundLikePil(double x) {
  return static_cast<int>(x + 0.5); // NOLINT(bugprone-incorrect-roundings)
}

uint8_t toPixel(int sum) {
  return static_cast<uint8_t>(std::clamp(sum >> precisionBits, 0, 255));
}

} // namespace

void ResampleAxis::reserve(int outputs, double ratio) {
  const double support = filterOf(interpolation).support * std::max(ratio, 1.0);
  const size_t most = static_cast<size_t>(2 * support) + 2;
  taps.reserve(outputs);
  values.reserve(outputs * most);
  unscaled.reserve(most);
}

void ResampleAxis::addOutput(int inputSize, double center, double scale) {
  const Filter filter = filterOf(interpolation);
  const double support = filter.support * scale;
  const int first = std::max(0, roundLikePil(center - support));
  const int last = std::min(inputSize, roundLikePil(center + support));
  unscaled.clear();
  double sum = 0.0;
  for (int i = first; i < last; ++i) {
    unscaled.push_back(filter.weight((i - center + 0.5) * (1.0 / scale)));
    sum += unscaled.back();
  }
  taps.push_back({first, last - first, values.size()});
  for (double weight : unscaled) {
    const double normal = sum != 0.0 ? weight / sum : weight;
    values.push_back(static_cast<int>(std::copysign(0.5, normal) +
                                      normal * (1 << precisionBits)));
  }
}

void ResampleAxis::compute(int inputSize, int outputSize, int begin, int end) {
  const double ratio = static_cast<double>(inputSize) / outputSize;
  const double scale = std::max(ratio, 1.0); // no filter narrower than a pixel
  taps.clear();
  values.clear();
  for (int i = begin; i < end; ++i)
    addOutput(inputSize, (i + 0.5) * ratio, scale);
}

void resampleRow(const uint8_t *in, const ResampleAxis &axis, uint8_t *out) {
  for (int i = 0; i < axis.size(); ++i) {
    int sums[Image::channels] = {half, half, half};
    const uint8_t *pixel =
        in + static_cast<size_t>(axis.first(i)) * Image::channels;
    for (int weight : axis.weights(i))
      for (int &sum : sums)
        sum += *pixel++ * weight;
    for (int sum : sums)
      *out++ = toPixel(sum);
  }
}

void resampleColumns(const uint8_t *in, size_t stride, const ResampleAxis &axis,
                     int index, size_t bytes, uint8_t *out) {
  constexpr size_t block = 256; // columns whose sums stay in the L1 cache
  int sums[block];
  for (size_t start = 0; start < bytes; start += block) {
    const size_t count = std::min(block, bytes - start);
    std::fill_n(sums, count, half);
    const uint8_t *row = in + start;
    for (int weight : axis.weights(index)) {
      for (size_t i = 0; i < count; ++i)
        sums[i] += row[i] * weight;
      row += stride;
    }
    std::transform(sums, sums + count, out + start, toPixel);
  }
}

} // namespace mixq
