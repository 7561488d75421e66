//===- MemoryPlan.h - Static arena offsets for buffers ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Buffers whose lifetimes do not overlap share memory. Lifetimes are ranges of
// steps, both ends included: a step never reads and writes the same bytes
// through two buffers.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_MEMORYPLAN_H
#define MIXQ_TRANSFORMS_CODEGEN_MEMORYPLAN_H

#include <cstdint>
#include <vector>

namespace mixq {

struct PlannedBuffer {
  int64_t bytes = 0;
  int64_t firstStep = INT64_MAX;
  int64_t lastStep = -1;

  bool isUsed() const { return lastStep >= 0; }
};

struct MemoryPlan {
  std::vector<int64_t> offsets; ///< one a buffer, multiples of 64
  int64_t arenaBytes = 0;
};

/// Greedy by size: the largest buffer first, each at the lowest offset where
/// no buffer alive at the same time lies (Pisarchyk and Lee 2020,
/// arXiv:2001.03288, section 4.2).
MemoryPlan planMemory(const std::vector<PlannedBuffer> &buffers);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_MEMORYPLAN_H
