//===- Measurement.cpp - Runs of a module and their times -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq/Measurement.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <numeric>
#include <random>

#include "tools/Progress.h"

namespace mixq {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr unsigned seed = 1;
constexpr size_t minRuns = 5;
constexpr double warmUpShare = 0.1; // of the time
constexpr double maxWarmUpSeconds = 0.5;

/// Of all threads of the process.
double cpuMilliseconds() {
  timespec time = {};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) +
         1e-6 * static_cast<double>(time.tv_nsec);
}

} // namespace

double gigaOperations(uint64_t macs, double ms) {
  return ms > 0 ? 2e-6 * static_cast<double>(macs) / ms : 0;
}

std::vector<float> randomInput(size_t elements) {
  std::vector<float> input(elements);
  std::mt19937 generator(seed);
  for (float &value : input)
    value = static_cast<float>(generator()) / 2147483648.0f - 1.0f;
  return input;
}

void Times::sort() { std::sort(sorted.begin(), sorted.end()); }

double Times::mean() const {
  return std::accumulate(sorted.begin(), sorted.end(), 0.0) / count();
}

double Times::median() const {
  const size_t half = count() / 2;
  return count() % 2 == 1 ? sorted[half]
                          : (sorted[half - 1] + sorted[half]) / 2;
}

double Times::percentile(double share) const {
  const auto index = static_cast<size_t>(std::ceil(share * count()));
  return sorted[std::max<size_t>(index, 1) - 1];
}

Measurement::Measurement(Context &context, int batch, size_t maxTraces)
    : context(context), batch(batch), maxTraces(maxTraces),
      input(randomInput(context.getModule().inputElements() * batch)),
      logits(context.getModule().outputElements() * batch) {}

absl::StatusOr<Measurement::Sample> Measurement::runOnce() {
  const double cpuStart = cpuMilliseconds();
  const Clock::time_point start = Clock::now();
  absl::Status status = context.run(input, batch, absl::MakeSpan(logits));
  const Milliseconds wall = Clock::now() - start;
  const double cpu = cpuMilliseconds() - cpuStart;
  if (!status.ok())
    return status;
  return Sample{wall.count() / batch,
                cpu / batch / context.getOptions().threads};
}

absl::Status Measurement::warmUp(double seconds) {
  const double most = std::min(warmUpShare * seconds, maxWarmUpSeconds);
  double spent = 0;
  for (int i = 0; i < 2 || spent < most; ++i) {
    absl::StatusOr<Sample> sample = runOnce();
    if (!sample.ok())
      return sample.status();
    spent += sample->wall * batch / 1e3;
  }
  context.resetProfile();
  return absl::OkStatus();
}

absl::Status Measurement::traceOnce(double startMicroseconds) {
  const std::vector<uint64_t> before(context.profile().begin(),
                                     context.profile().end());
  absl::StatusOr<Sample> sample = runOnce();
  if (!sample.ok())
    return sample.status();
  wallTimes.add(sample->wall);
  cpuTimes.add(sample->cpu);
  if (runTraces.size() == maxTraces)
    return absl::OkStatus();
  RunTrace trace = {startMicroseconds, {}};
  for (size_t step = 0; step < before.size(); ++step)
    trace.stepMicroseconds.push_back(
        1e-3 * static_cast<double>(context.profile()[step] - before[step]));
  runTraces.push_back(std::move(trace));
  return absl::OkStatus();
}

absl::Status Measurement::run(double seconds) {
  if (absl::Status s = warmUp(seconds); !s.ok())
    return s;
  runTraces.reserve(maxTraces);
  Progress progress("measuring", "s", std::llround(seconds), false);
  while (wallTimes.count() < minRuns || progress.seconds() < seconds) {
    if (absl::Status s = traceOnce(1e6 * progress.seconds()); !s.ok())
      return s;
    if (seconds > 2)
      progress.update(std::llround(progress.seconds()));
  }
  progress.clear();
  wallTimes.sort();
  cpuTimes.sort();
  return absl::OkStatus();
}

double Measurement::stepMilliseconds(size_t step) const {
  return static_cast<double>(context.profile()[step]) / 1e6 /
         static_cast<double>(wallTimes.count() * batch);
}

} // namespace mixq
