//===- Main.cpp - Dispatches the subcommands that compile -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Commands.h"

#include <cstdio>
#include <cstring>

static constexpr const char *kUsage =
    "usage: mixq-compile import|compile|analyze|plan|compare ...\n"
    "The part of mixq that needs the compiler; `mixq compile` and the others "
    "run\n"
    "it. See `mixq --help`.\n";

int main(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "";
  mixq::Arguments rest(argv + 2, argc > 2 ? argc - 2 : 0);
  if (std::strcmp(name, "import") == 0)
    return mixq::importMain(rest);
  if (std::strcmp(name, "compile") == 0)
    return mixq::compileMain(rest);
  if (std::strcmp(name, "analyze") == 0)
    return mixq::analyzeMain(rest);
  if (std::strcmp(name, "plan") == 0)
    return mixq::planMain(rest);
  if (std::strcmp(name, "compare") == 0)
    return mixq::compareMain(rest);
  if (std::strcmp(name, "--help") == 0) {
    std::fputs(kUsage, stdout);
    return mixq::exitSuccess;
  }
  std::fputs(kUsage, stderr);
  return mixq::exitUsage;
}
