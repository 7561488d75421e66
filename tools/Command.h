//===- Command.h - What subcommands of all drivers share --------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_COMMAND_H
#define MIXQ_TOOLS_COMMAND_H

#include <functional>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "tools/Flags.h"

namespace mixq {

enum ExitCode { exitSuccess = 0, exitFailure = 1, exitUsage = 2 };

using Arguments = absl::Span<const char *const>;

/// Parses `arguments`, answers --help, then runs `check` (of combinations of
/// flags: an error is wrong usage) and `body`. Prints the error, if any.
int runCommand(CommandLine &command, Arguments arguments,
               const std::function<absl::Status()> &check,
               const std::function<absl::Status()> &body);

/// Prints one line `error: ...` to standard error.
void printError(absl::string_view message);

/// Flushes standard output: what could not be written is a failure.
absl::Status finishOutput();

} // namespace mixq

#endif // MIXQ_TOOLS_COMMAND_H
