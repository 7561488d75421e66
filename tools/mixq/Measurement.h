//===- Measurement.h - Runs of a module and their times ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs a context on random input, over and over. All times are milliseconds of
// one image: those of a batch are divided by its size.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_MEASUREMENT_H
#define MIXQ_TOOLS_MIXQ_MEASUREMENT_H

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/Context.h"

namespace mixq {

/// Times in ascending order; at least one.
class Times {
public:
  void add(double time) { sorted.push_back(time); }
  void sort();

  size_t count() const { return sorted.size(); }
  double least() const { return sorted.front(); }
  double most() const { return sorted.back(); }
  double mean() const;
  double median() const;
  /// The smallest time that at least `share` of the runs did not exceed.
  double percentile(double share) const;

private:
  std::vector<double> sorted;
};

/// 10^9 operations a second of `macs` multiplications, two each, in `ms`.
double gigaOperations(uint64_t macs, double ms);

/// Images in [-1, 1), the same on every machine.
std::vector<float> randomInput(size_t elements);

/// When one run started, and how long each of its steps took.
struct RunTrace {
  double startMicroseconds; // since the first run that was measured
  std::vector<double> stepMicroseconds;
};

class Measurement {
public:
  /// Runs `batch` images at once. Keeps the traces of the first `maxTraces`
  /// runs, which need a context that profiles.
  Measurement(Context &context, int batch, size_t maxTraces);

  /// Warms up, then measures for `seconds`, at least five runs.
  absl::Status run(double seconds);

  /// Of all measured runs.
  const Times &wall() const { return wallTimes; }
  /// The time that the process used, divided by the context's threads: what
  /// exceeds it in wall() was spent waiting or taken by other processes.
  const Times &cpu() const { return cpuTimes; }
  /// Of one image in a step, on average.
  double stepMilliseconds(size_t step) const;

  const std::vector<RunTrace> &traces() const { return runTraces; }
  const Context &getContext() const { return context; }
  int getBatch() const { return batch; }

private:
  struct Sample {
    double wall, cpu;
  };
  absl::StatusOr<Sample> runOnce();
  absl::Status warmUp(double seconds);
  absl::Status traceOnce(double startMicroseconds);

  Context &context;
  const int batch;
  const size_t maxTraces;
  const std::vector<float> input;
  std::vector<float> logits;
  Times wallTimes;
  Times cpuTimes;
  std::vector<RunTrace> runTraces;
};

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_MEASUREMENT_H
