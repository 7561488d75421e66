//===- Parallel.cpp - Images on several threads ---------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

llvm::LogicalResult
mixq::parallelFor(int64_t count, unsigned threads,
                  llvm::function_ref<llvm::LogicalResult(int64_t)> body) {
  if (threads == 0)
    threads = std::max(1u, std::thread::hardware_concurrency());
  threads = static_cast<unsigned>(std::min<int64_t>(threads, count));
  std::atomic<int64_t> next{0};
  std::atomic<bool> failed{false};
  auto work = [&] {
    for (int64_t i = next++; i < count && !failed; i = next++)
      if (llvm::failed(body(i)))
        failed = true;
  };
  // The calling thread is one of them.
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i)
    others.emplace_back(work);
  work();
  for (std::thread &thread : others)
    thread.join();
  return llvm::failure(failed);
}

void mixq::ProgressCounter::advance() {
  if (!report)
    return;
  std::lock_guard<std::mutex> lock(mutex);
  report(++done, total);
}
