//===- ThreadPool.h - Fork and join -----------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pool of threads for one fork and join at a time.
//
// Why not a library's: a step of a small model lasts some ten microseconds, so
// that what counts is the cost of one fork and join. Debian has pthreadpool
// only as a shared object, one more file to ship; OpenMP and TBB share global
// state with the program around them; std::thread and futures allocate. What is
// needed is small: fixed threads, contiguous static ranges (the same thread
// touches the same rows in each step), spinning for as long as a short gap
// between steps lasts, then sleep.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_THREADPOOL_H
#define MIXQ_RUNTIME_THREADPOOL_H

#include <atomic>
#include <cstdint>
#include <memory>
#include <pthread.h>
#include <vector>

#include "absl/status/statusor.h"

namespace mixq {

constexpr int maxThreads = 256;

/// Thread-safety: one thread at a time may call parallelFor().
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): cache lines apart.
class ThreadPool {
public:
  /// Works on the tasks [begin, end).
  using Function = void (*)(void *context, int64_t begin, int64_t end);

  /// A pool of `threads` threads, of which the caller is one.
  static absl::StatusOr<std::unique_ptr<ThreadPool>> create(int threads);
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;
  ~ThreadPool();

  int size() const { return threads; }

  /// Splits [0, count) into one contiguous range a thread, sizes differing by
  /// at most one, runs `function` on those that are not empty and returns when
  /// all are done. Allocates nothing. `function` must not throw nor call back.
  void parallelFor(int64_t count, Function function, void *context);

private:
  struct Worker {
    ThreadPool *pool;
    int index;
    pthread_t thread;
  };

  explicit ThreadPool(int threads);
  absl::Status start();
  static void *workerMain(void *worker);
  void workerLoop(int index);
  void runShare(int index) const;
  void finishShare();

  const int threads;
  const int spins;
  std::vector<Worker> workers;

  // The current job: written before `generation` is, read after it.
  int64_t count = 0;
  Function function = nullptr;
  void *context = nullptr;

  // Each on its own cache line: workers spin on the first, the caller on the
  // second.
  alignas(64) std::atomic<uint32_t> generation{0};
  alignas(64) std::atomic<uint32_t> unfinished{0};
  alignas(64) std::atomic<uint32_t> sleepers{0};
  std::atomic<bool> callerSleeps{false};
  std::atomic<bool> stopping{false};
};

} // namespace mixq

#endif // MIXQ_RUNTIME_THREADPOOL_H
