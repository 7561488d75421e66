//===- RelativePositions.cpp - Tables of relative positions ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/swin/RelativePositions.h"

#include <algorithm>
#include <vector>

namespace mixq {
namespace {

/// 1, 1 + q, 1 + q + q^2, ...: `count` differences of growing steps.
std::vector<double> progression(double ratio, int64_t count) {
  std::vector<double> sums;
  double sum = 0, step = 1;
  for (int64_t i = 0; i < count; ++i, step *= ratio)
    sums.push_back(sum += step);
  return sums;
}

/// The progression that ends at `last`, or the nearest to it of those with
/// ratios from 1.01 to 1.5. timm searches to 1e-6 and takes what it tried last.
std::vector<double> progressionTo(int64_t last, int64_t count) {
  double low = 1.01, high = 1.5, ratio = low;
  while (high - low > 1e-6) {
    ratio = (low + high) / 2;
    const std::vector<double> sums = progression(ratio, count);
    const bool isBeyond =
        !sums.empty() && sums.back() > static_cast<double>(last);
    (isBeyond ? high : low) = ratio;
  }
  return progression(ratio, count);
}

/// A place between two rows of a table.
struct Place {
  int64_t left, right;
  double share; ///< of the right one
};

/// Where each difference of windows of `to` lies among those of windows of
/// `from`, both from lowest to highest. What lies outside takes the outermost.
std::vector<Place> placesOf(int64_t from, int64_t to) {
  const std::vector<double> sums = progressionTo(to - 1, from - 1);
  std::vector<double> known(sums.rbegin(), sums.rend());
  for (double &value : known)
    value = -value;
  known.push_back(0);
  known.insert(known.end(), sums.begin(), sums.end());
  std::vector<Place> places;
  for (int64_t difference = 1 - to; difference < to; ++difference) {
    const double at = std::clamp(static_cast<double>(difference), known.front(),
                                 known.back());
    const int64_t right =
        std::lower_bound(known.begin(), known.end(), at) - known.begin();
    const int64_t left = std::max<int64_t>(right - 1, 0);
    const double gap = known[right] - known[left];
    places.push_back({left, right, gap > 0 ? (at - known[left]) / gap : 0});
  }
  return places;
}

} // namespace

Tensor resampleRelativePositions(const Tensor &table, const Extent &from,
                                 const Extent &to) {
  const int64_t heads = table.dim(1), columns = 2 * from.width - 1;
  const std::vector<Place> rows = placesOf(from.height, to.height);
  const std::vector<Place> places = placesOf(from.width, to.width);
  const float *values = table.data<float>();
  const auto at = [&](int64_t y, int64_t x, int64_t head) {
    return static_cast<double>(values[(y * columns + x) * heads + head]);
  };
  Tensor result(DataType::F32,
                {(2 * to.height - 1) * (2 * to.width - 1), heads});
  float *out = result.mutableData<float>();
  for (const Place &y : rows)
    for (const Place &x : places)
      for (int64_t head = 0; head < heads; ++head) {
        const auto alongRow = [&](int64_t row) {
          return (1 - x.share) * at(row, x.left, head) +
                 x.share * at(row, x.right, head);
        };
        *out++ = static_cast<float>((1 - y.share) * alongRow(y.left) +
                                    y.share * alongRow(y.right));
      }
  return result;
}

} // namespace mixq
