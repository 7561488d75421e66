//===- Main.cpp - The driver ----------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mixq: the user's driver.
//
//===----------------------------------------------------------------------===//

#include <cstdio>
#include <cstring>
#include <exception>

#include "absl/strings/str_cat.h"
#include "runtime/Version.h"
#include "tools/mixq/Command.h"

namespace mixq {
namespace {

struct Subcommand {
  const char *name;
  const char *help;
  int (*run)(Arguments arguments);
  bool takesName; // the name is the first of its arguments
};

constexpr Subcommand subcommands[] = {
    {"import", "checkpoint to graph IR and parameters", compilerMain, true},
    {"compile", "checkpoint to module: calibrate, quantize, generate code",
     compilerMain, true},
    {"analyze", "measure every unit: ranges, relevance, sensitivity, cost",
     compilerMain, true},
    {"plan", "choose the bits of every unit within a budget", compilerMain,
     true},
    {"compare", "how far two modules or graphs are apart, unit by unit",
     compilerMain, true},
    {"run", "classify images, or run raw tensors", runMain, false},
    {"eval", "accuracy over a labelled folder", evalMain, false},
    {"bench", "latency and its profile", benchMain, false},
    {"inspect", "what a module is made of", inspectMain, false},
};

constexpr const char *usage = "usage: mixq COMMAND [arguments]";

int printHelp() {
  std::printf("%s\n\nCompiles vision transformers to native modules and runs "
              "them.\n\n",
              usage);
  for (const Subcommand &subcommand : subcommands)
    std::printf("  %-8s  %s\n", subcommand.name, subcommand.help);
  std::printf("\nmixq COMMAND --help describes a command, mixq --version "
              "prints the version.\nExit status: 0 success, 1 failure, 2 wrong "
              "usage.\n");
  absl::Status status = finishOutput();
  if (!status.ok())
    printError(status.message());
  return status.ok() ? exitSuccess : exitFailure;
}

int failUsage(absl::string_view message) {
  printError(message);
  std::fprintf(stderr, "%s\n", usage);
  return exitUsage;
}

int dispatch(Arguments arguments) {
  if (arguments.empty())
    return failUsage("no command given; mixq --help lists them");
  const char *name = arguments[0];
  for (const Subcommand &subcommand : subcommands)
    if (std::strcmp(name, subcommand.name) == 0)
      return subcommand.run(subcommand.takesName ? arguments
                                                 : arguments.subspan(1));
  if (std::strcmp(name, "--help") == 0 || std::strcmp(name, "-h") == 0)
    return printHelp();
  if (std::strcmp(name, "--version") != 0)
    return failUsage(
        absl::StrCat("unknown command '", name, "'; mixq --help lists them"));
  std::printf("mixq %s\n", version);
  return finishOutput().ok() ? exitSuccess : exitFailure;
}

} // namespace
} // namespace mixq

int main(int argc, char **argv) {
  try {
    return mixq::dispatch(mixq::Arguments(argv + 1, argc > 0 ? argc - 1 : 0));
  } catch (const std::exception &exception) { // out of memory
    mixq::printError(exception.what());
    return mixq::exitFailure;
  }
}
