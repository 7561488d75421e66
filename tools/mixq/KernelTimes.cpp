//===- KernelTimes.cpp - Kernels, each on its own -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq/KernelTimes.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>

#include "absl/strings/str_cat.h"
#include "runtime/ModuleVerifier.h"
#include "tools/Progress.h"
#include "tools/mixq/Describe.h"
#include "tools/mixq/Roof.h"

namespace mixq {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t minSamples = 5;
/// Of shorter runs, several are timed together: the clock itself takes some 30
/// nanoseconds.
constexpr double leastSampleSeconds = 20e-6;

/// Of the layer whose packed weights the step reads.
uint32_t weightBitsOf(const schema::Header &header, const schema::Step &step) {
  for (const schema::Layer *layer : *header.layers())
    for (const schema::Argument *argument : *step.arguments())
      if (argument->space() == schema::Space::Constants &&
          layer->weights_size() > 0 &&
          argument->offset() == layer->weights_offset())
        return weightBits(*layer);
  return 0;
}

/// The first step of each kernel, and how many there are.
std::vector<KernelTime> kernelsOf(const schema::Header &header) {
  std::vector<KernelTime> kernels;
  std::map<uint32_t, size_t> seen;
  for (uint32_t i = 0; i < header.steps()->size(); ++i) {
    const schema::Step &step = *header.steps()->Get(i);
    const auto [entry, isNew] = seen.emplace(step.kernel(), kernels.size());
    if (isNew) {
      KernelTime kernel;
      kernel.step = i;
      kernel.weightBits = weightBitsOf(header, step);
      kernels.push_back(std::move(kernel));
    }
    ++kernels[entry->second].uses;
  }
  return kernels;
}

} // namespace

KernelTimes::KernelTimes(Context &context)
    : context(context), header(context.getModule().header()),
      kernels(kernelsOf(header)) {}

double KernelTimes::secondsOf(uint32_t step, uint64_t runs) {
  const Clock::time_point start = Clock::now();
  for (uint64_t i = 0; i < runs; ++i)
    context.runStep(step);
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void KernelTimes::measureStep(KernelTime &kernel, double seconds) {
  secondsOf(kernel.step, 1); // into the caches
  const double once = std::max(secondsOf(kernel.step, 1), 1e-9);
  const auto together =
      static_cast<uint64_t>(std::ceil(leastSampleSeconds / once));
  for (double spent = 0;
       kernel.times.count() < minSamples || spent < seconds;) {
    const double sample = secondsOf(kernel.step, together);
    kernel.times.add(1e3 * sample / static_cast<double>(together));
    kernel.runs += together;
    spent += sample;
  }
  kernel.times.sort();
}

/// In the order of the module: each kernel reads what the steps before it left.
absl::Status KernelTimes::runAll(double seconds) {
  const std::vector<float> input =
      randomInput(context.getModule().inputElements());
  if (absl::Status s = context.begin(input); !s.ok())
    return s;
  Progress progress("measuring", "kernels", kernels.size(), false);
  size_t next = 0;
  for (uint32_t i = 0; i < header.steps()->size(); ++i) {
    const bool isFirst = next < kernels.size() && kernels[next].step == i;
    if (!isFirst) {
      context.runStep(i);
      continue;
    }
    measureStep(kernels[next], seconds / static_cast<double>(kernels.size()));
    ++next;
    if (seconds > 2)
      progress.update(next);
  }
  progress.clear();
  return absl::OkStatus();
}

absl::StatusOr<KernelTimes> KernelTimes::measure(Context &context,
                                                 double seconds) {
  KernelTimes result(context);
  if (absl::Status s = result.runAll(seconds); !s.ok())
    return s;
  Roofs roofs(context);
  for (KernelTime &kernel : result.kernels) {
    const schema::Step &step = *result.header.steps()->Get(kernel.step);
    kernel.gops = gigaOperations(step.macs(), kernel.times.least());
    const double roof =
        step.macs() == 0 ? 0 : roofs.of(kernelOf(result.header, step).lhs());
    kernel.roofShare = roof > 0 ? kernel.gops / roof : 0;
  }
  return result;
}

void KernelTimes::print() const {
  std::printf("%s, %s, %s: threads %d, each kernel on its own\n",
              header.model()->c_str(), header.precision()->c_str(),
              header.target()->c_str(), context.getOptions().threads);
  std::printf("%10s %10s %8s %9s %6s %9s %4s %5s  %-22s %s\n", "min us",
              "median us", "runs", "GOP/s", "roof", "KiB", "bits", "steps",
              "operands", "op, kernel");
  for (const KernelTime &kernel : kernels) {
    const schema::Step &step = *header.steps()->Get(kernel.step);
    const schema::Kernel &code = kernelOf(header, step);
    const std::string roof =
        kernel.roofShare > 0
            ? absl::StrCat(std::llround(100 * kernel.roofShare), "%")
            : "-";
    const std::string bits =
        kernel.weightBits > 0 ? absl::StrCat(kernel.weightBits) : "-";
    std::printf("%10.2f %10.2f %8llu %9.1f %6s %9.1f %4s %5u  %-22s %s, %s\n",
                1e3 * kernel.times.least(), 1e3 * kernel.times.median(),
                static_cast<unsigned long long>(kernel.runs), kernel.gops,
                roof.c_str(), static_cast<double>(bytesTouched(step)) / 1024,
                bits.c_str(), kernel.uses, describeOperands(code).c_str(),
                code.op()->c_str(), code.name()->c_str());
  }
}

nlohmann::ordered_json KernelTimes::toJson() const {
  auto list = nlohmann::ordered_json::array();
  for (const KernelTime &kernel : kernels) {
    nlohmann::ordered_json entry = stepJson(header, kernel.step);
    entry["weight_bits"] = kernel.weightBits;
    entry["uses"] = kernel.uses;
    entry["runs"] = kernel.runs;
    entry["min_ms"] = kernel.times.least();
    entry["median_ms"] = kernel.times.median();
    entry["gops"] = kernel.gops;
    entry["roof_share"] = kernel.roofShare;
    entry["bytes"] = bytesTouched(*header.steps()->Get(kernel.step));
    list.push_back(std::move(entry));
  }
  return {{"model", header.model()->str()},
          {"precision", header.precision()->str()},
          {"target", header.target()->str()},
          {"threads", context.getOptions().threads},
          {"kernels", std::move(list)}};
}

} // namespace mixq
