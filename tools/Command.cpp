//===- Command.cpp - What subcommands of all drivers share ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/Command.h"

#include <cstdio>

#include "absl/strings/ascii.h"
#include "runtime/File.h"

namespace mixq {

void printError(absl::string_view message) {
  std::string line(message);
  for (char &c : line) // a path may hold anything; this stays one line
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c)))
      c = '?';
  std::fprintf(stderr, "error: %s\n", line.c_str());
}

absl::Status finishOutput() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return systemError("standard output", "write");
  return absl::OkStatus();
}

int runCommand(CommandLine &command, Arguments arguments,
               const std::function<absl::Status()> &check,
               const std::function<absl::Status()> &body) {
  absl::Status status = command.parse(arguments);
  if (status.ok() && !command.helpWanted)
    status = check();
  if (!status.ok()) {
    printError(status.message());
    std::fprintf(stderr, "%s\n", command.usageLine().c_str());
    return exitUsage;
  }
  if (command.helpWanted)
    std::fputs(command.help().c_str(), stdout);
  else
    status = body();
  if (status.ok())
    status = finishOutput();
  if (status.ok())
    return exitSuccess;
  printError(status.message());
  return exitFailure;
}

} // namespace mixq
