//===- KernelBench.h - Benchmarks of single kernels -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `mixq bench --kernels`, and the programs of `mixq compile --emit=benchmarks`.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_KERNELBENCH_H
#define MIXQ_TOOLS_MIXQ_KERNELBENCH_H

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "runtime/Context.h"
#include "tools/Command.h"

namespace mixq {

/// What both ways have in common.
struct BenchFlags {
  Integer threads{1, 1, maxThreads};
  PositiveNumber seconds{2};
  OptionalText json{false, "-"};

  std::vector<Flag> list();
  bool hasJsonFile() const { return json.given && json.value != "-"; }
  absl::Status checkFiles() const;
};

/// Times each kernel of the context's module on its own and writes the table.
absl::Status benchmarkKernels(Context &context, const BenchFlags &flags);

using ModuleLoader =
    std::function<absl::StatusOr<std::shared_ptr<const Module>>()>;

/// The command line of a program of the name `program` that does nothing else.
int kernelBenchMain(const std::string &program, const ModuleLoader &load,
                    Arguments arguments);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_KERNELBENCH_H
