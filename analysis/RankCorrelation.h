//===- RankCorrelation.h - Do two scores order alike? -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_RANKCORRELATION_H
#define MIXQ_ANALYSIS_RANKCORRELATION_H

#include <vector>

namespace mixq {

/// Spearman's: the correlation of the ranks, 1 where both order alike; equal
/// values share the mean of their ranks. 0 where one is constant, or both have
/// other lengths than each other.
double rankCorrelation(const std::vector<double> &a,
                       const std::vector<double> &b);

} // namespace mixq

#endif // MIXQ_ANALYSIS_RANKCORRELATION_H
