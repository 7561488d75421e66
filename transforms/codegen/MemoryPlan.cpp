//===- MemoryPlan.cpp - Static arena offsets for buffers ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/MemoryPlan.h"

#include <algorithm>
#include <numeric>

namespace mixq {

static constexpr int64_t kAlignment = 64;

static int64_t aligned(int64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

static bool overlapInTime(const PlannedBuffer &a, const PlannedBuffer &b) {
  return a.firstStep <= b.lastStep && b.firstStep <= a.lastStep;
}

/// The lowest offset that `bytes` fit at between `taken` ranges, which are
/// sorted by their start.
static int64_t lowestGap(const std::vector<std::pair<int64_t, int64_t>> &taken,
                         int64_t bytes) {
  int64_t offset = 0;
  for (const auto &[begin, end] : taken) {
    if (offset + bytes <= begin)
      break;
    offset = std::max(offset, end);
  }
  return offset;
}

MemoryPlan planMemory(const std::vector<PlannedBuffer> &buffers) {
  MemoryPlan plan;
  plan.offsets.assign(buffers.size(), 0);
  std::vector<size_t> order(buffers.size()), done;
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::make_pair(-buffers[a].bytes, a) <
           std::make_pair(-buffers[b].bytes, b);
  });
  for (size_t index : order) {
    const PlannedBuffer &buffer = buffers[index];
    if (!buffer.isUsed())
      continue;
    std::vector<std::pair<int64_t, int64_t>> taken;
    for (size_t other : done)
      if (overlapInTime(buffer, buffers[other]))
        taken.emplace_back(plan.offsets[other],
                           plan.offsets[other] + aligned(buffers[other].bytes));
    std::sort(taken.begin(), taken.end());
    plan.offsets[index] = lowestGap(taken, aligned(buffer.bytes));
    plan.arenaBytes =
        std::max(plan.arenaBytes, plan.offsets[index] + aligned(buffer.bytes));
    done.push_back(index);
  }
  return plan;
}

} // namespace mixq
