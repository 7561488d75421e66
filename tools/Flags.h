//===- Flags.h - Command lines by table -------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Command lines by table: a command states its flags and what they set.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_FLAGS_H
#define MIXQ_TOOLS_FLAGS_H

#include <cstdint>
#include <initializer_list>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mixq {

/// A flag whose value may be left out: `--json` or `--json FILE.json`. A value
/// that is not joined by `=` must be `-` or end in `suffix`, so that it cannot
/// be mistaken for the next argument.
struct OptionalText {
  bool given = false;
  std::string value; // keeps its default when only the flag is given
  std::string suffix = ".json";
};

/// An integer and the range that it must lie in.
struct Integer {
  int64_t value = 0;
  int64_t least = 0;
  int64_t most = INT64_MAX;
};

/// A number greater than 0.
struct PositiveNumber {
  double value = 1;
};

/// What a flag sets. A text is never empty.
using FlagTarget = std::variant<bool *, std::string *, OptionalText *,
                                Integer *, PositiveNumber *>;

struct Flag {
  std::string name;  // "threads" for --threads, "o" for -o
  std::string value; // how the help names the value, empty for a bool
  std::string help;
  FlagTarget target;
};

/// A command: `--name=value`, `--name value` and positional arguments in any
/// order; after `--` all are positional.
struct CommandLine {
  std::string usage;   // "mixq run MODULE IMAGE..."
  std::string summary; // paragraphs for --help
  std::vector<Flag> flags;
  std::vector<std::string> positional; // set by parse()
  size_t minPositional = 0;
  size_t maxPositional = SIZE_MAX;
  bool helpWanted = false; // set by parse(), which then checks nothing else

  /// Sets the targets. An error for an unknown, repeated or malformed flag or
  /// a wrong number of arguments; it is the user's wrong usage.
  absl::Status parse(absl::Span<const char *const> arguments);

  /// The text for --help.
  std::string help() const;

  /// What the user should read after an error of parse().
  std::string usageLine() const { return "usage: " + usage; }
};

/// Wrong usage unless the value of --`flag` is among `allowed`; names them.
absl::Status oneOf(absl::string_view flag, absl::string_view value,
                   std::initializer_list<absl::string_view> allowed);

} // namespace mixq

#endif // MIXQ_TOOLS_FLAGS_H
