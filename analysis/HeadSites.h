//===- HeadSites.h - A quantizer for each head ------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Queries, keys and values of different heads may differ in range. With one
// scale a head each gets all the codes; the kernel multiplies scores and sums
// with a number of the head, at no cost.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_HEADSITES_H
#define MIXQ_ANALYSIS_HEADSITES_H

#include "analysis/CalibrationStrategy.h"

namespace mixq {

/// Each site of queries, keys or values as one for each head, in order; the
/// others as they are. Emits a diagnostic where queries and keys are
/// normalised: the kernel that does so has one scale for all heads.
mlir::FailureOr<std::vector<CalibrationSite>>
splitByHead(std::vector<CalibrationSite> sites);

/// The matrices that the site's head has in `value` [windows * heads, N, d],
/// one after the other; `value` itself where the site is not one of several.
Tensor headOf(const CalibrationSite &site, const Tensor &value);

} // namespace mixq

#endif // MIXQ_ANALYSIS_HEADSITES_H
