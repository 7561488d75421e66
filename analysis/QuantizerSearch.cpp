//===- QuantizerSearch.cpp - The codes of least product error -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/QuantizerSearch.h"

#include <limits>

using namespace mixq;

namespace {

using Samples = std::vector<ProductSample>;

/// The best candidate so far.
struct Best {
  ActivationQuantizer quantizer;
  double error = std::numeric_limits<double>::infinity();
};

Samples thinned(const Samples &samples) {
  Samples result;
  for (const ProductSample &sample : samples)
    result.push_back(sample.thinned());
  return result;
}

/// The samples that candidates are judged by.
struct SearchData {
  const Samples &all;
  const Samples few = thinned(all);
};

/// Candidates [low * a, high * c].
class UniformSearch {
public:
  UniformSearch(const SearchData &data, const ValueRange &range,
                const QuantizerSpace &space)
      : data(data), range(range), space(space) {}

  Best run(SearchEffort effort) {
    shrink();
    if (space.bits >= kManyBits) {
      judgeByAll();
      if (effort == SearchEffort::Fine) {
        refine({0.8, 0.9, 1.0, 1.1, 1.2});
        refine({0.95, 1.0, 1.05});
      }
      return best;
    }
    if (effort == SearchEffort::Fine)
      refine({0.6, 0.75, 0.87, 1.0, 1.15, 1.3, 1.6});
    judgeByAll();
    if (effort == SearchEffort::Fine) {
      refine({0.88, 0.95, 1.0, 1.05, 1.12});
      refine({0.97, 1.0, 1.03});
    }
    return best;
  }

private:
  /// With fewer bits the best range is much smaller than that of the values,
  /// and its ends have more to do with each other.
  static constexpr unsigned kManyBits = 6;

  void shrink() {
    constexpr int kSteps = 19;
    constexpr double kLeastFraction = 0.12;
    for (int step = kSteps - 1; step >= 0; --step) {
      double fraction =
          kLeastFraction + (1 - kLeastFraction) * step / (kSteps - 1);
      tryRange(fraction, fraction);
    }
  }

  void judgeByAll() {
    samples = &data.all;
    best.error = std::numeric_limits<double>::infinity();
    tryRange(bestA, bestC);
    tryRange(1, 1);
  }

  void tryRange(double a, double c) {
    double magnitude = std::max(std::abs(range.low), std::abs(range.high));
    UniformQuantizer candidate =
        space.isSymmetric
            ? UniformQuantizer::symmetric(c * magnitude, space.bits)
            : UniformQuantizer::asymmetric(a * range.low, c * range.high,
                                           space.bits);
    double error = productError(*samples, candidate);
    if (error < best.error) {
      best = {candidate, error};
      bestA = a;
      bestC = c;
    }
  }

  /// The grid of `factors` around the best. Where an end is not free (symmetric
  /// or one-sided ranges) only the other moves.
  void refine(std::initializer_list<double> factors) {
    double a = bestA, c = bestC;
    bool lowIsFree = !space.isSymmetric && range.low < 0;
    for (double high : factors) {
      if (!lowIsFree)
        tryRange(a, c * high);
      for (double low : factors)
        if (lowIsFree)
          tryRange(a * low, c * high);
    }
  }

  const SearchData &data;
  const Samples *samples = &data.few;
  const ValueRange &range;
  const QuantizerSpace &space;
  Best best;
  double bestA = 1, bestC = 1;
};

/// Candidates by reach, as a share of the range, and steps of an octave.
class LogarithmicSearch {
public:
  LogarithmicSearch(const SearchData &data, const ValueRange &range,
                    unsigned bits)
      : data(data), bits(bits), offset(std::min(range.low, 0.0f)),
        width(range.high - offset) {}

  Best run(SearchEffort effort) {
    for (double share : {1.0, 0.8, 0.65, 0.5, 0.35, 0.25, 0.2, 0.1})
      for (double steps : {0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0})
        for (bool hasZero : {false, true})
          tryTable(share, steps * scaleOfSteps(), hasZero);
    judgeByAll();
    if (effort == SearchEffort::Fine) {
      refine({0.86, 1.0, 1.16});
      refine({0.93, 1.0, 1.07});
    }
    return best;
  }

private:
  /// Tables of more entries divide an octave more finely.
  double scaleOfSteps() const { return bits > 4 ? bits - 3 : 1; }

  void judgeByAll() {
    samples = &data.all;
    best.error = std::numeric_limits<double>::infinity();
    tryTable(bestShare, bestSteps, bestHasZero);
  }

  void tryTable(double share, double steps, bool hasZero) {
    CodebookQuantizer candidate = CodebookQuantizer::logarithmic(
        bits, share * width, steps, hasZero, offset);
    double error = productError(*samples, candidate);
    if (error < best.error) {
      best = {candidate, error};
      bestShare = share;
      bestSteps = steps;
      bestHasZero = hasZero;
    }
  }

  void refine(std::initializer_list<double> factors) {
    double share = bestShare, steps = bestSteps;
    for (double shareFactor : factors)
      for (double stepsFactor : factors)
        tryTable(share * shareFactor, steps * stepsFactor, bestHasZero);
  }

  const SearchData &data;
  const Samples *samples = &data.few;
  const unsigned bits;
  const float offset;
  const double width;
  Best best;
  double bestShare = 1, bestSteps = 1;
  bool bestHasZero = false;
};

} // namespace

ActivationQuantizer
mixq::searchQuantizer(const std::vector<ProductSample> &samples,
                      const ValueRange &range, const QuantizerSpace &space,
                      SearchEffort effort) {
  SearchData data{samples};
  Best uniform = UniformSearch(data, range, space).run(effort);
  if (!space.isOneSided || space.bits > kMostCodebookBits)
    return uniform.quantizer;
  Best logarithmic = LogarithmicSearch(data, range, space.bits).run(effort);
  return logarithmic.error < uniform.error ? logarithmic.quantizer
                                           : uniform.quantizer;
}
