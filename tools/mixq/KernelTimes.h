//===- KernelTimes.h - Kernels, each on its own -----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Times every kernel of a module apart from the others. A module shows what a
// kernel takes between all the others, with weights from memory; this shows
// what the code can do.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_KERNELTIMES_H
#define MIXQ_TOOLS_MIXQ_KERNELTIMES_H

#include <vector>

#include "nlohmann/json.hpp"
#include "tools/mixq/Measurement.h"

namespace mixq {

/// One kernel, run over and over as the first step that uses it, on what lies
/// in memory when the module gets there.
struct KernelTime {
  uint32_t step;
  uint32_t uses = 0;       // steps of the module
  uint32_t weightBits = 0; // 0 without weights
  uint64_t runs = 0;
  Times times;          // milliseconds of an image
  double gops = 0;      // at the least time
  double roofShare = 0; // of the threads' limit (Roof.h); 0 without products
};

class KernelTimes {
public:
  /// Measures for `seconds` in all, each kernel at least five times. The
  /// context must not be in use.
  static absl::StatusOr<KernelTimes> measure(Context &context, double seconds);

  void print() const;
  nlohmann::ordered_json toJson() const;

private:
  explicit KernelTimes(Context &context);
  absl::Status runAll(double seconds);
  double secondsOf(uint32_t step, uint64_t runs);
  void measureStep(KernelTime &kernel, double seconds);

  Context &context;
  const schema::Header &header;
  std::vector<KernelTime> kernels; // in the order of their first steps
};

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_KERNELTIMES_H
