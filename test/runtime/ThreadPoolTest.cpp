//===- ThreadPoolTest.cpp - Tests of the thread pool ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/ThreadPool.h"

#include <chrono>
#include <csignal>
#include <mutex>
#include <set>
#include <thread>

#include "gtest/gtest.h"

namespace mixq {
namespace {

struct Record {
  std::mutex mutex;
  std::vector<std::pair<int64_t, int64_t>> ranges;
  std::vector<int> counts;
  std::set<std::thread::id> threads;
};

void record(void *context, int64_t begin, int64_t end) {
  auto &r = *static_cast<Record *>(context);
  std::lock_guard<std::mutex> lock(r.mutex);
  r.ranges.emplace_back(begin, end);
  r.threads.insert(std::this_thread::get_id());
  for (int64_t i = begin; i < end; ++i)
    ++r.counts[i];
}

TEST(ThreadPool, EveryTaskRunsOnceInContiguousEvenRanges) {
  for (int threads : {1, 2, 3, 8})
    for (int count : {0, 1, 2, 3, 7, 8, 9, 100}) {
      auto pool = ThreadPool::create(threads).value();
      Record r;
      r.counts.resize(count);
      pool->parallelFor(count, record, &r);
      EXPECT_EQ(r.counts, std::vector<int>(count, 1));
      EXPECT_EQ(r.ranges.size(), std::min(threads, count));
      for (const auto &range : r.ranges) {
        EXPECT_GE(range.second - range.first, std::max(1, count / threads));
        EXPECT_LE(range.second - range.first, count / threads + 1);
      }
    }
}

TEST(ThreadPool, EachRangeHasItsThread) {
  auto pool = ThreadPool::create(4).value();
  Record r;
  r.counts.resize(4);
  pool->parallelFor(4, record, &r);
  EXPECT_EQ(r.threads.size(), 4);
  EXPECT_EQ(r.threads.count(std::this_thread::get_id()), 1);
}

std::atomic<int> faults{0};

void recordFault(int) { ++faults; }

void raiseFault(void *, int64_t, int64_t) { raise(SIGILL); }

/// Of the program's signals a worker takes none, but its own faults reach the
/// program's handler.
TEST(ThreadPool, FaultsReachTheHandler) {
  struct sigaction action = {}, before = {};
  action.sa_handler = recordFault;
  ASSERT_EQ(sigaction(SIGILL, &action, &before), 0);
  auto pool = ThreadPool::create(3).value();
  pool->parallelFor(3, raiseFault, nullptr);
  EXPECT_EQ(faults, 3);
  sigaction(SIGILL, &before, nullptr);
}

void addShare(void *context, int64_t begin, int64_t end) {
  static_cast<std::atomic<int64_t> *>(context)->fetch_add(end - begin);
}

/// Short gaps are spun through, long ones slept through.
TEST(ThreadPool, ManyJobsWithAndWithoutGaps) {
  for (int threads : {2, 3, 9}) {
    auto pool = ThreadPool::create(threads).value();
    std::atomic<int64_t> sum{0};
    for (int i = 0; i < 5000; ++i)
      pool->parallelFor(100, addShare, &sum);
    EXPECT_EQ(sum, 500000);
    for (int i = 0; i < 50; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      pool->parallelFor(10, addShare, &sum);
    }
    EXPECT_EQ(sum, 500500);
  }
}

void sleepLong(void *, int64_t begin, int64_t) {
  if (begin > 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST(ThreadPool, TheCallerWaitsForSlowWorkers) {
  auto pool = ThreadPool::create(3).value();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i)
    pool->parallelFor(3, sleepLong, nullptr);
  EXPECT_GE(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(25));
}

TEST(ThreadPool, StartsAndStops) {
  for (int i = 0; i < 200; ++i)
    ASSERT_TRUE(ThreadPool::create(1 + i % 5).ok());
}

TEST(ThreadPool, CountsOutOfRangeAreErrors) {
  EXPECT_FALSE(ThreadPool::create(0).ok());
  EXPECT_FALSE(ThreadPool::create(-1).ok());
  EXPECT_FALSE(ThreadPool::create(maxThreads + 1).ok());
  EXPECT_EQ(ThreadPool::create(maxThreads).value()->size(), maxThreads);
}

} // namespace
} // namespace mixq
