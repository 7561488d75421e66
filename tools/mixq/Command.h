// What the subcommands of `mixq` share.

#ifndef MIXQ_TOOLS_MIXQ_COMMAND_H
#define MIXQ_TOOLS_MIXQ_COMMAND_H

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nlohmann/json.hpp"
#include "runtime/Context.h"
#include "tools/Flags.h"

namespace mixq {

enum ExitCode { exitSuccess = 0, exitFailure = 1, exitUsage = 2 };

using Arguments = absl::Span<const char *const>;

/// The subcommands: parse the arguments that follow their name, return an exit
/// code.
int runMain(Arguments arguments);
int evalMain(Arguments arguments);
int benchMain(Arguments arguments);
int inspectMain(Arguments arguments);

/// Replaces this process by `mixq-compile` with `arguments`, of which the first
/// is the subcommand. Returns only on failure.
int compilerMain(Arguments arguments);

/// Parses `arguments`, answers --help, then runs `check` (of combinations of
/// flags: an error is wrong usage) and `body`. Prints the error, if any.
int runCommand(CommandLine &command, Arguments arguments,
               const std::function<absl::Status()> &check,
               const std::function<absl::Status()> &body);

/// Prints one line `error: ...` to standard error.
void printError(absl::string_view message);

/// Flushes standard output: what could not be written is a failure.
absl::Status finishOutput();

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
