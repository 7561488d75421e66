//===- Comparison.h - How far two results are apart -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_COMPARISON_H
#define MIXQ_ANALYSIS_COMPARISON_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace mixq {

/// How far a signal b is from a, over all elements added.
class SignalDifference {
public:
  void add(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b);
  void merge(const SignalDifference &other);

  /// 10 log10(sum a^2 / sum (a - b)^2): infinite where they are equal.
  double sqnrDecibels() const;
  /// 1 where both are zero.
  double cosine() const;
  double meanDifference() const { return count ? absolutes / count : 0; }
  double maxDifference() const { return largest; }

private:
  double aSquares = 0, bSquares = 0, products = 0;
  double errorSquares = 0, absolutes = 0;
  double largest = 0; ///< NaN once a difference was
  int64_t count = 0;
};

/// How far the logits b of images are from a.
class LogitDifference {
public:
  /// One image. The lengths are equal and not 0.
  void add(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b);
  void merge(const LogitDifference &other);

  int64_t imageCount() const { return images; }
  /// Images whose logits have the same bits.
  int64_t identicalCount() const { return identical; }
  /// The share of images whose largest logit is the same.
  double agreement() const { return images ? double(agreeing) / images : 1; }
  /// The mean of sum_i p_i ln(p_i / q_i), p and q being the softmax of a and b.
  double meanDivergence() const { return images ? divergence / images : 0; }
  const SignalDifference &signal() const { return difference; }

private:
  int64_t images = 0, agreeing = 0, identical = 0;
  double divergence = 0;
  SignalDifference difference;
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_COMPARISON_H
