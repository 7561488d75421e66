//===- Bench.cpp - mixq bench -----------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mixq bench: latency of a module on random input.
//
//===----------------------------------------------------------------------===//

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "runtime/AtomicFile.h"
#include "tools/Progress.h"
#include "tools/mixq/Command.h"
#include "tools/mixq/Describe.h"

namespace mixq {
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned seed = 1;
constexpr int minRuns = 5;
constexpr double warmUpShare = 0.1; // of the time
constexpr double maxWarmUpSeconds = 0.5;

struct BenchOptions {
  Integer threads{1, 1, maxThreads};
  Integer batch{1, 1, maxBatchLimit};
  PositiveNumber seconds{2};
  OptionalText json{false, "-"};
  bool profile = false;
};

CommandLine makeCommandLine(BenchOptions &options) {
  CommandLine command;
  command.usage = "mixq bench MODULE [flags]";
  command.summary =
      "Runs a module on random input, over and over, and prints the latency. "
      "All times\nare of one image: those of a batch are divided by its size. "
      "The last lines are\nmin_ms=<float> and median_ms=<float>.";
  command.flags = {
      threadsFlag(options.threads),
      {"seconds", "S", "how long to measure (default 2)", &options.seconds},
      {"batch", "B", "images a run (default 1)", &options.batch},
      {"json", "FILE.json",
       "write the result as JSON, without FILE to standard output, alone",
       &options.json},
      {"profile", "", "also print the time of each step", &options.profile}};
  command.minPositional = command.maxPositional = 1;
  return command;
}

class Benchmark {
public:
  Benchmark(Context &context, const BenchOptions &options)
      : context(context), options(options),
        batch(static_cast<int>(options.batch.value)),
        input(context.getModule().inputElements() * batch),
        logits(context.getModule().outputElements() * batch) {
    std::mt19937 generator(seed);
    for (float &value : input) // in [-1, 1), the same on every machine
      value = static_cast<float>(generator()) / 2147483648.0f - 1.0f;
  }

  absl::Status run();
  void print() const;
  nlohmann::ordered_json toJson() const;

private:
  absl::Status warmUp();
  absl::StatusOr<double> timeOnce();
  double percentile(double share) const;
  double median() const;
  double mean() const {
    return std::accumulate(times.begin(), times.end(), 0.0) / times.size();
  }
  double milliseconds(size_t step) const;
  double gops(uint64_t macs, double ms) const {
    return ms > 0 ? 2e-6 * macs / ms : 0;
  }
  uint64_t totalMacs() const;
  void printProfile() const;
  nlohmann::ordered_json profileJson() const;

  Context &context;
  const BenchOptions &options;
  const int batch;
  std::vector<float> input;
  std::vector<float> logits;
  std::vector<double> times; // milliseconds an image, sorted after run()
};

absl::StatusOr<double> Benchmark::timeOnce() {
  const Clock::time_point start = Clock::now();
  absl::Status status = context.run(input, batch, absl::MakeSpan(logits));
  const std::chrono::duration<double, std::milli> time = Clock::now() - start;
  if (!status.ok())
    return status;
  return time.count() / batch;
}

absl::Status Benchmark::warmUp() {
  const double most =
      std::min(warmUpShare * options.seconds.value, maxWarmUpSeconds);
  double spent = 0;
  for (int i = 0; i < 2 || spent < most; ++i) {
    absl::StatusOr<double> time = timeOnce();
    if (!time.ok())
      return time.status();
    spent += *time * batch / 1e3;
  }
  context.resetProfile();
  return absl::OkStatus();
}

absl::Status Benchmark::run() {
  if (absl::Status s = warmUp(); !s.ok())
    return s;
  const double limit = options.seconds.value;
  Progress progress("measuring", "s", std::llround(limit), false);
  while (times.size() < minRuns || progress.seconds() < limit) {
    absl::StatusOr<double> time = timeOnce();
    if (!time.ok())
      return time.status();
    times.push_back(*time);
    if (limit > 2)
      progress.update(std::llround(progress.seconds()));
  }
  progress.clear();
  std::sort(times.begin(), times.end());
  return absl::OkStatus();
}

/// The smallest time that at least `share` of the runs did not exceed.
double Benchmark::percentile(double share) const {
  const auto index = static_cast<size_t>(std::ceil(share * times.size()));
  return times[std::max<size_t>(index, 1) - 1];
}

double Benchmark::median() const {
  const size_t half = times.size() / 2;
  return times.size() % 2 == 1 ? times[half]
                               : (times[half - 1] + times[half]) / 2;
}

/// Of one image in `step`.
double Benchmark::milliseconds(size_t step) const {
  return context.profile()[step] / 1e6 / (times.size() * batch);
}

uint64_t Benchmark::totalMacs() const {
  uint64_t macs = 0;
  for (const schema::Step *step : *context.getModule().header().steps())
    macs += step->macs();
  return macs;
}

void Benchmark::printProfile() const {
  const schema::Header &header = context.getModule().header();
  double total = 0;
  for (uint32_t i = 0; i < header.steps()->size(); ++i)
    total += milliseconds(i);
  std::printf("%10s %7s %9s  %-22s %s\n", "ms", "share", "GOP/s", "operands",
              "step");
  for (uint32_t i = 0; i < header.steps()->size(); ++i) {
    const schema::Step &step = *header.steps()->Get(i);
    const schema::Kernel &kernel = *header.kernels()->Get(step.kernel());
    const double ms = milliseconds(i);
    std::printf("%10.4f %6.2f%% %9.1f  %-22s %s (%s)\n", ms, 100 * ms / total,
                gops(step.macs(), ms), describeOperands(kernel).c_str(),
                step.name()->c_str(), kernel.op()->c_str());
  }
  std::printf("%10.4f %6.2f%% %9.1f  in all steps\n", total, 100.0,
              gops(totalMacs(), total));
}

void Benchmark::print() const {
  const Module &module = context.getModule();
  std::printf("%s, %s, %s: threads %d, batch %d, %zu runs\n",
              module.header().model()->c_str(),
              module.header().precision()->c_str(),
              module.header().target()->c_str(), context.getOptions().threads,
              batch, times.size());
  if (options.profile)
    printProfile();
  std::printf("ms: mean %.4f, p90 %.4f, p99 %.4f, max %.4f\n", mean(),
              percentile(0.9), percentile(0.99), times.back());
  std::printf("%.1f images/s, %.1f GOP/s at the median\n", 1e3 / median(),
              gops(totalMacs(), median()));
  std::printf("file_bytes=%llu\nmin_ms=%.6f\nmedian_ms=%.6f\n",
              static_cast<unsigned long long>(module.fileSize()), times.front(),
              median());
}

nlohmann::ordered_json Benchmark::profileJson() const {
  const schema::Header &header = context.getModule().header();
  auto steps = nlohmann::ordered_json::array();
  for (uint32_t i = 0; i < header.steps()->size(); ++i) {
    nlohmann::ordered_json step = stepJson(header, i);
    step["ms"] = milliseconds(i);
    step["gops"] = gops(header.steps()->Get(i)->macs(), milliseconds(i));
    steps.push_back(std::move(step));
  }
  return steps;
}

nlohmann::ordered_json Benchmark::toJson() const {
  const Module &module = context.getModule();
  nlohmann::ordered_json json = {
      {"model", module.header().model()->str()},
      {"precision", module.header().precision()->str()},
      {"target", module.header().target()->str()},
      {"file_bytes", module.fileSize()},
      {"threads", context.getOptions().threads},
      {"batch", batch},
      {"runs", times.size()},
      {"min_ms", times.front()},
      {"median_ms", median()},
      {"mean_ms", mean()},
      {"p90_ms", percentile(0.9)},
      {"p99_ms", percentile(0.99)},
      {"max_ms", times.back()},
      {"gops", gops(totalMacs(), median())}};
  if (options.profile)
    json["steps"] = profileJson();
  return json;
}

absl::Status benchmark(const std::string &path, const BenchOptions &options) {
  const bool hasFile = options.json.given && options.json.value != "-";
  if (hasFile)
    if (absl::Status s = checkWritable(options.json.value); !s.ok())
      return s;
  ContextOptions contextOptions;
  contextOptions.threads = static_cast<int>(options.threads.value);
  contextOptions.maxBatch = static_cast<int>(options.batch.value);
  contextOptions.profile = options.profile;
  auto context = loadContext(path, contextOptions);
  if (!context.ok())
    return context.status();
  Benchmark benchmark(**context, options);
  if (absl::Status s = benchmark.run(); !s.ok())
    return s;
  if (!options.json.given || hasFile)
    benchmark.print();
  return options.json.given ? writeJson(options.json.value, benchmark.toJson())
                            : absl::OkStatus();
}

} // namespace

int benchMain(Arguments arguments) {
  BenchOptions options;
  CommandLine command = makeCommandLine(options);
  return runCommand(
      command, arguments, [] { return absl::OkStatus(); },
      [&] { return benchmark(command.positional[0], options); });
}

} // namespace mixq
