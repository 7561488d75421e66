//===- Roof.cpp - The most that this core can compute ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq/Roof.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <optional>

namespace mixq {
namespace {

using Clock = std::chrono::steady_clock;

/// What docs/format.md says of a kernel whose op is "roof".
constexpr double macsOfATask = 3 << 20;
constexpr size_t argumentBytes = 8192;

constexpr double measuringSeconds = 0.05;

std::optional<uint32_t> findRoofKernel(const schema::Header &header,
                                       schema::ElementType lhs) {
  for (uint32_t i = 0; i < header.kernels()->size(); ++i) {
    const schema::Kernel &kernel = *header.kernels()->Get(i);
    if (kernel.op()->string_view() == "roof" && kernel.lhs() == lhs)
      return i;
  }
  return std::nullopt;
}

/// Generated code carries no type information for the sanitizer to look at.
__attribute__((no_sanitize("function"))) double
secondsOfATask(KernelFunction kernel, void *const *arguments) {
  const Clock::time_point start = Clock::now();
  kernel(arguments, 0, 1);
  return std::chrono::duration<double>(Clock::now() - start).count();
}

} // namespace

double measureRoof(const Module &module, schema::ElementType lhs) {
  const std::optional<uint32_t> index = findRoofKernel(module.header(), lhs);
  if (!index || !module.isExecutable())
    return 0;
  alignas(64) std::array<uint8_t, argumentBytes> memory = {};
  void *const arguments[] = {memory.data()};
  double best = std::numeric_limits<double>::infinity();
  for (double spent = 0; spent < measuringSeconds;) {
    const double seconds = secondsOfATask(module.kernel(*index), arguments);
    best = std::min(best, seconds);
    spent += std::max(seconds, 1e-6);
  }
  return best > 0 ? 2e-9 * macsOfATask / best : 0;
}

double Roofs::of(schema::ElementType lhs) {
  const auto [entry, isNew] = measured.try_emplace(lhs, 0);
  if (isNew)
    entry->second =
        measureRoof(context.getModule(), lhs) * context.getOptions().threads;
  return entry->second;
}

} // namespace mixq
