//===- RankCorrelation.cpp - Do two scores order alike? -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/RankCorrelation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mixq;

/// Ranks from 0, less their mean.
static std::vector<double> centredRanks(const std::vector<double> &values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](size_t i, size_t j) { return values[i] < values[j]; });
  std::vector<double> ranks(values.size());
  double mean = (static_cast<double>(values.size()) - 1) / 2;
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    for (end = begin + 1; end < order.size(); ++end)
      if (values[order[end]] != values[order[begin]])
        break;
    double rank = static_cast<double>(begin + end - 1) / 2;
    for (size_t i = begin; i < end; ++i)
      ranks[order[i]] = rank - mean;
  }
  return ranks;
}

static double dot(const std::vector<double> &a, const std::vector<double> &b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double mixq::rankCorrelation(const std::vector<double> &a,
                             const std::vector<double> &b) {
  if (a.size() != b.size())
    return 0;
  std::vector<double> x = centredRanks(a), y = centredRanks(b);
  double scale = std::sqrt(dot(x, x) * dot(y, y));
  return scale == 0 ? 0 : dot(x, y) / scale;
}
