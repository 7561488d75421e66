//===- Shares.h - Division as relevance is divided --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_SHARES_H
#define MIXQ_ANALYSIS_OPS_SHARES_H

namespace mixq::ops {

/// Added to denominators of relevance, as in the published implementation.
inline constexpr double kRelevanceEpsilon = 1e-9;

/// relevance / (z + epsilon), and 0 where z is 0.
inline double shareOf(double relevance, double z) {
  if (z == 0)
    return 0;
  double denominator = z + kRelevanceEpsilon;
  return relevance / (denominator == 0 ? kRelevanceEpsilon : denominator);
}

} // namespace mixq::ops

#endif // MIXQ_ANALYSIS_OPS_SHARES_H
