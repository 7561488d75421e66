//===- KernelBench.cpp - Benchmarks of single kernels ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq/KernelBench.h"

#include "absl/strings/str_cat.h"
#include "runtime/AtomicFile.h"
#include "tools/mixq/Command.h"
#include "tools/mixq/KernelTimes.h"

namespace mixq {

std::vector<Flag> BenchFlags::list() {
  return {threadsFlag(threads),
          {"seconds", "S", "how long to measure (default 2)", &seconds},
          {"json", "FILE.json",
           "write the result as JSON, without FILE to standard output, alone",
           &json}};
}

absl::Status BenchFlags::checkFiles() const {
  return hasJsonFile() ? checkWritable(json.value) : absl::OkStatus();
}

absl::Status benchmarkKernels(Context &context, const BenchFlags &flags) {
  auto kernels = KernelTimes::measure(context, flags.seconds.value);
  if (!kernels.ok())
    return kernels.status();
  if (!flags.json.given || flags.hasJsonFile())
    kernels->print();
  return flags.json.given ? writeJson(flags.json.value, kernels->toJson())
                          : absl::OkStatus();
}

int kernelBenchMain(const std::string &program, const ModuleLoader &load,
                    Arguments arguments) {
  BenchFlags flags;
  CommandLine command;
  command.usage = absl::StrCat(program, " [flags]");
  command.summary =
      "Times every kernel of the module inside this program on its own, over "
      "and over on\nthe same operands. Prints the least and the median time "
      "of an image, the speed at\nthe least as GOP/s and as a share of what "
      "the cores can compute at most (measured\non the spot), the bytes of "
      "the operands, the bits of the weights and how many\nsteps of the model "
      "use the kernel.";
  command.flags = flags.list();
  command.maxPositional = 0;
  return runCommand(
      command, arguments, [] { return absl::OkStatus(); },
      [&]() -> absl::Status {
        if (absl::Status s = flags.checkFiles(); !s.ok())
          return s;
        auto module = load();
        if (!module.ok())
          return module.status();
        auto context =
            Context::create(*std::move(module),
                            {static_cast<int>(flags.threads.value), 1, false});
        return context.ok() ? benchmarkKernels(**context, flags)
                            : context.status();
      });
}

} // namespace mixq
