//===- AllocationProgram.h - An allocation's integer program ----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ALLOCATION_ALLOCATIONPROGRAM_H
#define MIXQ_ANALYSIS_ALLOCATION_ALLOCATIONPROGRAM_H

#include "analysis/allocation/Allocation.h"

#include <limits>

namespace mixq {

/// What a choice of a unit costs.
using CostOfChoice = double (*)(const Unit &unit, const Choice &choice);

double damageOfChoice(const Unit &unit, const Choice &choice);

/// A quantity that a plan has some of and that can be limited.
struct Resource {
  const char *name;
  CostOfChoice of;
  double (*limit)(const Limits &limits); ///< infinity: none
};

/// Size in bits, BitOps, latency in ms.
extern const Resource kResources[3];

inline bool isLimited(const Resource &resource, const Limits &limits) {
  return resource.limit(limits) < std::numeric_limits<double>::infinity();
}

/// Minimises the sum of `cost` over the units, with columns unit by unit,
/// choice by choice. Limits are multiplied by 1 - slack.
BinaryProgram makeProgram(const AllocationProblem &problem, CostOfChoice cost,
                          double slack);

} // namespace mixq

#endif // MIXQ_ANALYSIS_ALLOCATION_ALLOCATIONPROGRAM_H
