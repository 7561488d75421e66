//===- MemoryPlanTest.cpp - Buffers in the arena --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/MemoryPlan.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <random>

using namespace mixq;
using testing::ElementsAre;

namespace {

TEST(MemoryPlan, NothingToPlace) {
  MemoryPlan plan = planMemory({});
  EXPECT_TRUE(plan.offsets.empty());
  EXPECT_EQ(plan.arenaBytes, 0);
}

TEST(MemoryPlan, UnusedBuffersTakeNoMemory) {
  MemoryPlan plan = planMemory({{4096}, {64, 0, 0}, {4096}});
  EXPECT_EQ(plan.offsets.size(), 3u);
  EXPECT_EQ(plan.offsets[1], 0);
  EXPECT_EQ(plan.arenaBytes, 64);
}

TEST(MemoryPlan, SizesAreRoundedToCacheLines) {
  MemoryPlan plan = planMemory({{65, 0, 1}, {1, 0, 1}});
  EXPECT_THAT(plan.offsets, ElementsAre(0, 128));
  EXPECT_EQ(plan.arenaBytes, 192);
}

/// A chain x -> y -> z: x and z share, since no step touches both.
TEST(MemoryPlan, BuffersThatNeverMeetShare) {
  MemoryPlan plan = planMemory({{128, 0, 1}, {256, 1, 2}, {128, 2, 3}});
  EXPECT_THAT(plan.offsets, ElementsAre(256, 0, 256));
  EXPECT_EQ(plan.arenaBytes, 384);
}

/// Both ends of a lifetime count: a step never reads what it writes.
TEST(MemoryPlan, TheLastReaderKeepsABufferAlive) {
  MemoryPlan plan = planMemory({{64, 0, 1}, {64, 1, 2}});
  EXPECT_NE(plan.offsets[0], plan.offsets[1]);
  EXPECT_EQ(plan.arenaBytes, 128);
}

/// a, b and c are alive together, then b's place between them is free for d.
TEST(MemoryPlan, GapsAreFilled) {
  MemoryPlan plan = planMemory(
      {{512, 0, 9}, {256, 0, 4}, {192, 0, 9}, {128, 5, 9}, {128, 5, 9}});
  EXPECT_THAT(plan.offsets, ElementsAre(0, 512, 768, 512, 640));
  EXPECT_EQ(plan.arenaBytes, 960);
}

TEST(MemoryPlan, TheSameBuffersGiveTheSamePlan) {
  std::vector<PlannedBuffer> buffers(40, PlannedBuffer{320, 1, 2});
  EXPECT_EQ(planMemory(buffers).offsets, planMemory(buffers).offsets);
  EXPECT_EQ(planMemory(buffers).arenaBytes, 40 * 320);
}

std::vector<PlannedBuffer> randomBuffers(std::mt19937 &generator) {
  std::vector<PlannedBuffer> buffers(1 + generator() % 40);
  for (PlannedBuffer &buffer : buffers) {
    buffer.bytes = 1 + generator() % 5000;
    if (generator() % 8 == 0)
      continue; // never used
    buffer.firstStep = generator() % 30;
    buffer.lastStep = buffer.firstStep + generator() % 6;
  }
  return buffers;
}

bool meet(const PlannedBuffer &a, const PlannedBuffer &b) {
  for (int64_t step = 0; step < 64; ++step)
    if (a.firstStep <= step && step <= a.lastStep && b.firstStep <= step &&
        step <= b.lastStep)
      return true;
  return false;
}

TEST(MemoryPlan, BuffersThatMeetNeverOverlap) {
  std::mt19937 generator(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<PlannedBuffer> buffers = randomBuffers(generator);
    MemoryPlan plan = planMemory(buffers);
    ASSERT_EQ(plan.offsets.size(), buffers.size());
    for (size_t i = 0; i < buffers.size(); ++i) {
      int64_t begin = plan.offsets[i], end = begin + buffers[i].bytes;
      ASSERT_EQ(begin % 64, 0);
      ASSERT_GE(begin, 0);
      if (buffers[i].isUsed())
        ASSERT_LE(end, plan.arenaBytes);
      for (size_t j = 0; j < i; ++j)
        if (meet(buffers[i], buffers[j]))
          ASSERT_TRUE(plan.offsets[j] >= end ||
                      plan.offsets[j] + buffers[j].bytes <= begin)
              << "round " << round << ", buffers " << j << " and " << i;
    }
  }
}

/// No plan needs less than what is alive at one step, and a greedy one should
/// not need much more.
TEST(MemoryPlan, StaysNearTheLowerBound) {
  std::mt19937 generator(8);
  int64_t planned = 0, needed = 0;
  for (int round = 0; round < 100; ++round) {
    std::vector<PlannedBuffer> buffers = randomBuffers(generator);
    int64_t peak = 0;
    for (int64_t step = 0; step < 64; ++step) {
      int64_t alive = 0;
      for (const PlannedBuffer &buffer : buffers)
        if (buffer.firstStep <= step && step <= buffer.lastStep)
          alive += (buffer.bytes + 63) / 64 * 64;
      peak = std::max(peak, alive);
    }
    int64_t arena = planMemory(buffers).arenaBytes;
    ASSERT_GE(arena, peak);
    planned += arena;
    needed += peak;
  }
  EXPECT_LE(planned, needed * 12 / 10);
}

} // namespace
