//===- ThreadPool.cpp - Fork and join -------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/ThreadPool.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <immintrin.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace mixq {
namespace {

/// Pauses before a waiting thread sleeps: 20 to 80 microseconds, as long as
/// what it takes to wake up. None when there are more threads than CPUs: the
/// one that is waited for may need this CPU.
constexpr int patientSpins = 2000;

using Word = std::atomic<uint32_t>;
static_assert(sizeof(Word) == sizeof(uint32_t), "a futex is 32 bits");

/// Returns at once if `word` is no longer `value`; may return spuriously.
void futexWait(Word &word, uint32_t value) {
  ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

void futexWakeAll(Word &word) {
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT32_MAX, nullptr, nullptr,
            0);
}

int availableCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return ::sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

/// Waits a bounded time for `done`, tells whether it came true.
template <typename Done> bool spinUntil(int spins, Done done) {
  for (int i = 0; i < spins; ++i) {
    if (done())
      return true;
    _mm_pause();
  }
  return done();
}

} // namespace

ThreadPool::ThreadPool(int threads)
    : threads(threads), spins(threads <= availableCpus() ? patientSpins : 0),
      workers(threads - 1) {}

absl::StatusOr<std::unique_ptr<ThreadPool>> ThreadPool::create(int threads) {
  if (threads < 1 || threads > maxThreads)
    return absl::InvalidArgumentError(
        absl::StrCat("threads: ", threads, ", expected 1 to ", maxThreads));
  std::unique_ptr<ThreadPool> pool(new ThreadPool(threads));
  if (absl::Status status = pool->start(); !status.ok())
    return status;
  return pool;
}

absl::Status ThreadPool::start() {
  // Signals are for the program's own threads, but for those that a thread's
  // own fault raises: blocked, they would end the program past its handlers.
  sigset_t others, before;
  sigfillset(&others);
  for (int fault : {SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP})
    sigdelset(&others, fault);
  pthread_sigmask(SIG_SETMASK, &others, &before);
  int error = 0;
  for (int i = 0; i < threads - 1 && error == 0; ++i) {
    workers[i] = {this, i + 1, {}};
    error =
        pthread_create(&workers[i].thread, nullptr, workerMain, &workers[i]);
    if (error != 0)
      workers.resize(i);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error == 0)
    return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("cannot start thread ", workers.size() + 1, " of ", threads,
                   ": ", strerror(error)));
}

ThreadPool::~ThreadPool() {
  stopping.store(true, std::memory_order_relaxed);
  generation.fetch_add(1);
  futexWakeAll(generation);
  for (Worker &worker : workers)
    pthread_join(worker.thread, nullptr);
}

void *ThreadPool::workerMain(void *worker) {
  auto *self = static_cast<Worker *>(worker);
  self->pool->workerLoop(self->index);
  return nullptr;
}

void ThreadPool::workerLoop(int index) {
  uint32_t seen = 0;
  for (;;) {
    auto isNew = [&] { return generation.load() != seen; };
    if (!spinUntil(spins, isNew)) {
      sleepers.fetch_add(1);
      while (!isNew())
        futexWait(generation, seen);
      sleepers.fetch_sub(1);
    }
    if (stopping.load(std::memory_order_relaxed))
      return;
    ++seen;
    runShare(index);
    finishShare();
  }
}

void ThreadPool::runShare(int index) const {
  const int64_t each = count / threads, rest = count % threads;
  const int64_t begin = index * each + std::min<int64_t>(index, rest);
  const int64_t end = begin + each + (index < rest ? 1 : 0);
  if (begin < end)
    function(context, begin, end);
}

void ThreadPool::finishShare() {
  if (unfinished.fetch_sub(1) == 1 && callerSleeps.load())
    futexWakeAll(unfinished);
}

void ThreadPool::parallelFor(int64_t count, Function function, void *context) {
  this->count = count;
  this->function = function;
  this->context = context;
  if (threads == 1)
    return runShare(0);
  unfinished.store(static_cast<uint32_t>(threads - 1));
  generation.fetch_add(1);
  // Who counts itself asleep after this look sees the new generation.
  if (sleepers.load() != 0)
    futexWakeAll(generation);
  runShare(0);
  auto isDone = [&] { return unfinished.load() == 0; };
  if (spinUntil(spins, isDone))
    return;
  callerSleeps.store(true);
  while (uint32_t left = unfinished.load())
    futexWait(unfinished, left);
  callerSleeps.store(false);
}

} // namespace mixq
