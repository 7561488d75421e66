//===- Parallel.h - Images on several threads -------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_PARALLEL_H
#define MIXQ_ANALYSIS_PARALLEL_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/LogicalResult.h"

#include <cstdint>
#include <functional>
#include <mutex>

namespace mixq {

/// Calls body(0) ... body(count - 1) on `threads` threads, as many as the
/// machine has for 0; in order on the calling thread for 1. After a failure no
/// further index is begun, and the result is failure.
llvm::LogicalResult
parallelFor(int64_t count, unsigned threads,
            llvm::function_ref<llvm::LogicalResult(int64_t)> body);

/// Counts what the threads have done, and reports it one call at a time.
class ProgressCounter {
public:
  using Report = std::function<void(int64_t done, int64_t total)>;

  /// `report` may be empty.
  ProgressCounter(const Report &report, int64_t total)
      : report(report), total(total) {}

  void advance();

private:
  const Report &report;
  const int64_t total;
  std::mutex mutex;
  int64_t done = 0;
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_PARALLEL_H
