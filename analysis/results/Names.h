//===- Names.h - Words of analysis files ------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_RESULTS_NAMES_H
#define MIXQ_ANALYSIS_RESULTS_NAMES_H

namespace mixq {

constexpr const char *kAnalysisFormat = "mixq-analysis";
/// Of version 1 sensitivities contain the divergence of their baseline: a plan
/// made of them would be worse than a uniform one. Of version 2 they are
/// measured on the images that weights were rounded for.
constexpr int kAnalysisVersion = 3;

/// By the values of Boundary.
constexpr const char *kBoundaryNames[] = {"none", "input", "output"};

} // namespace mixq

#endif // MIXQ_ANALYSIS_RESULTS_NAMES_H
