//===- Comparison.cpp - How far two results are apart ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Comparison.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

using namespace mixq;

void SignalDifference::add(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b) {
  assert(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    double x = a[i], y = b[i], error = x - y, absolute = std::abs(error);
    aSquares += x * x;
    bSquares += y * y;
    products += x * y;
    errorSquares += error * error;
    absolutes += absolute;
    if (absolute > largest || std::isnan(absolute))
      largest = absolute;
  }
  count += a.size();
}

void SignalDifference::merge(const SignalDifference &other) {
  aSquares += other.aSquares;
  bSquares += other.bSquares;
  products += other.products;
  errorSquares += other.errorSquares;
  absolutes += other.absolutes;
  if (other.largest > largest || std::isnan(other.largest))
    largest = other.largest;
  count += other.count;
}

double SignalDifference::sqnrDecibels() const {
  if (errorSquares == 0)
    return std::numeric_limits<double>::infinity();
  return 10 * std::log10(aSquares / errorSquares);
}

double SignalDifference::cosine() const {
  if (aSquares == 0 && bSquares == 0)
    return 1;
  if (aSquares == 0 || bSquares == 0)
    return 0;
  return products / (std::sqrt(aSquares) * std::sqrt(bSquares));
}

/// The logarithms of the softmax.
static std::vector<double> logSoftmax(llvm::ArrayRef<float> logits) {
  double highest = *std::max_element(logits.begin(), logits.end()), sum = 0;
  for (float logit : logits)
    sum += std::exp(logit - highest);
  std::vector<double> result;
  for (float logit : logits)
    result.push_back(logit - highest - std::log(sum));
  return result;
}

static double divergenceOf(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b) {
  std::vector<double> p = logSoftmax(a), q = logSoftmax(b);
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i)
    sum += std::exp(p[i]) * (p[i] - q[i]);
  return std::max(sum, 0.0); // but for rounding it is never below
}

static size_t answerOf(llvm::ArrayRef<float> logits) {
  return std::max_element(logits.begin(), logits.end()) - logits.begin();
}

void LogitDifference::add(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b) {
  assert(!a.empty() && a.size() == b.size());
  ++images;
  agreeing += answerOf(a) == answerOf(b);
  identical += std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
  divergence += divergenceOf(a, b);
  difference.add(a, b);
}

void LogitDifference::merge(const LogitDifference &other) {
  images += other.images;
  agreeing += other.agreeing;
  identical += other.identical;
  divergence += other.divergence;
  difference.merge(other.difference);
}
