//===- Command.h - What the subcommands share -------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the subcommands of `mixq` share.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMMAND_H
#define MIXQ_TOOLS_MIXQ_COMMAND_H

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nlohmann/json.hpp"
#include "runtime/Context.h"
#include "tools/Command.h"

namespace mixq {

/// The subcommands: parse the arguments that follow their name, return an exit
/// code.
int runMain(Arguments arguments);
int evalMain(Arguments arguments);
int benchMain(Arguments arguments);
int inspectMain(Arguments arguments);

/// Replaces this process by `mixq-compile` with `arguments`, of which the first
/// is the subcommand. Returns only on failure.
int compilerMain(Arguments arguments);

/// Loads a module and makes a context for it.
absl::StatusOr<std::unique_ptr<Context>>
loadContext(const std::string &path, const ContextOptions &options);

/// Writes to `path`, or to standard output for "-".
absl::Status writeJson(const std::string &path,
                       const nlohmann::ordered_json &json);

/// The flag --threads.
Flag threadsFlag(Integer &threads);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMMAND_H
