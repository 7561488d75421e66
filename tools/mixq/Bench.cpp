//===- Bench.cpp - mixq bench ---------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mixq bench: latency of a module, or of its kernels, on random input.
//
//===----------------------------------------------------------------------===//

#include <cstdio>
#include <optional>

#include "absl/strings/str_cat.h"
#include "runtime/AtomicFile.h"
#include "tools/mixq/Command.h"
#include "tools/mixq/KernelBench.h"
#include "tools/mixq/Measurement.h"
#include "tools/mixq/Profile.h"

namespace mixq {
namespace {

/// Runs in a trace: enough to see the noise, few enough to look at.
constexpr size_t tracedRuns = 20;

struct BenchOptions : BenchFlags {
  Integer batch{1, 1, maxBatchLimit};
  std::string trace;
  bool profile = false;
  bool kernels = false;
};

CommandLine makeCommandLine(BenchOptions &options) {
  CommandLine command;
  command.usage = "mixq bench MODULE [flags]";
  command.summary =
      "Runs a module on random input, over and over, and prints the latency. "
      "All times\nare of one image: those of a batch are divided by its size. "
      "CPU times are divided\nby the threads. The last lines are "
      "min_ms=<float> and median_ms=<float>.";
  command.flags = options.list();
  command.flags.push_back(
      {"batch", "B", "images a run (default 1)", &options.batch});
  command.flags.push_back(
      {"profile", "",
       "also print each step's time, its speed, as GOP/s and as a share of "
       "what the cores can compute at most, and the bytes it touches (threads "
       "then share each step, where they would run images of their own)",
       &options.profile});
  command.flags.push_back(
      {"trace", "FILE",
       "write the steps of the first 20 runs as JSON for chrome://tracing",
       &options.trace});
  command.flags.push_back(
      {"kernels", "",
       "time every kernel on its own instead, over and over on the same "
       "operands: what the code can do, not what it takes in the model (mixq "
       "compile --emit=benchmarks writes a program that does this)",
       &options.kernels});
  command.minPositional = command.maxPositional = 1;
  return command;
}

void print(const Measurement &measurement, const Profile *profile) {
  const Context &context = measurement.getContext();
  const schema::Header &header = context.getModule().header();
  const Times &wall = measurement.wall(), &cpu = measurement.cpu();
  std::printf("%s, %s, %s: threads %d, batch %d, %zu runs\n",
              header.model()->c_str(), header.precision()->c_str(),
              header.target()->c_str(), context.getOptions().threads,
              measurement.getBatch(), wall.count());
  if (profile)
    profile->print();
  std::printf("ms: mean %.4f, p90 %.4f, p99 %.4f, max %.4f\n", wall.mean(),
              wall.percentile(0.9), wall.percentile(0.99), wall.most());
  std::printf("%.1f images/s, %.1f GOP/s at the median\n", 1e3 / wall.median(),
              gigaOperations(totalMacs(header), wall.median()));
  std::printf("file_bytes=%llu\nactivation_bytes=%llu\nmin_cpu_ms=%.6f\nmedian_"
              "cpu_ms=%.6f\nmin_ms=%.6f\n"
              "median_ms=%.6f\n",
              static_cast<unsigned long long>(context.getModule().fileSize()),
              static_cast<unsigned long long>(context.activationBytes()),
              cpu.least(), cpu.median(), wall.least(), wall.median());
}

nlohmann::ordered_json toJson(const Measurement &measurement,
                              const Profile *profile) {
  const Context &context = measurement.getContext();
  const schema::Header &header = context.getModule().header();
  const Times &wall = measurement.wall(), &cpu = measurement.cpu();
  nlohmann::ordered_json json = {
      {"model", header.model()->str()},
      {"precision", header.precision()->str()},
      {"target", header.target()->str()},
      {"file_bytes", context.getModule().fileSize()},
      {"activation_bytes", context.activationBytes()},
      {"threads", context.getOptions().threads},
      {"batch", measurement.getBatch()},
      {"runs", wall.count()},
      {"min_ms", wall.least()},
      {"median_ms", wall.median()},
      {"mean_ms", wall.mean()},
      {"p90_ms", wall.percentile(0.9)},
      {"p99_ms", wall.percentile(0.99)},
      {"max_ms", wall.most()},
      {"min_cpu_ms", cpu.least()},
      {"median_cpu_ms", cpu.median()},
      {"gops", gigaOperations(totalMacs(header), wall.median())}};
  if (profile)
    json["steps"] = profile->toJson();
  return json;
}

/// What excludes each other.
absl::Status check(const BenchOptions &options) {
  if (!options.kernels)
    return absl::OkStatus();
  const char *excluded = options.profile            ? "--profile"
                         : !options.trace.empty()   ? "--trace"
                         : options.batch.value != 1 ? "--batch"
                                                    : nullptr;
  if (excluded == nullptr)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--kernels runs single kernels, on one image, not the "
                   "model: ",
                   excluded, " does not go with it"));
}

absl::Status checkFiles(const BenchOptions &options) {
  absl::Status status = options.checkFiles();
  if (status.ok() && !options.trace.empty())
    status = checkWritable(options.trace);
  return status;
}

absl::Status write(const Measurement &measurement,
                   const BenchOptions &options) {
  std::optional<Profile> profile;
  if (options.profile)
    profile.emplace(measurement);
  const Profile *steps = profile ? &*profile : nullptr;
  if (!options.json.given || options.hasJsonFile())
    print(measurement, steps);
  if (!options.trace.empty())
    if (absl::Status s = writeJson(options.trace, traceJson(measurement));
        !s.ok())
      return s;
  return options.json.given
             ? writeJson(options.json.value, toJson(measurement, steps))
             : absl::OkStatus();
}

absl::Status benchmark(const std::string &path, const BenchOptions &options) {
  if (absl::Status s = checkFiles(options); !s.ok())
    return s;
  const ContextOptions contextOptions = {
      static_cast<int>(options.threads.value),
      static_cast<int>(options.batch.value),
      options.profile || !options.trace.empty()};
  auto context = loadContext(path, contextOptions);
  if (!context.ok())
    return context.status();
  if (options.kernels)
    return benchmarkKernels(**context, options);
  Measurement measurement(**context, contextOptions.maxBatch,
                          options.trace.empty() ? 0 : tracedRuns);
  if (absl::Status s = measurement.run(options.seconds.value); !s.ok())
    return s;
  return write(measurement, options);
}

} // namespace

int benchMain(Arguments arguments) {
  BenchOptions options;
  CommandLine command = makeCommandLine(options);
  return runCommand(
      command, arguments, [&] { return check(options); },
      [&] { return benchmark(command.positional[0], options); });
}

} // namespace mixq
