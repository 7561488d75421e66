//===- Flags.cpp - Command lines by table ---------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/Flags.h"

#include <algorithm>
#include <cmath>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace mixq {
namespace {

template <typename... Parts> absl::Status wrong(const Parts &...parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

/// "--threads" or "-o".
std::string spell(const Flag &flag) {
  return absl::StrCat(flag.name.size() == 1 ? "-" : "--", flag.name);
}

template <typename T> T *as(const Flag &flag) {
  T *const *target = std::get_if<T *>(&flag.target);
  return target ? *target : nullptr;
}

absl::Status setInteger(const Flag &flag, Integer &target,
                        const std::string &value) {
  int64_t parsed = 0;
  if (!absl::SimpleAtoi(value, &parsed) || parsed < target.least ||
      parsed > target.most)
    return wrong(spell(flag), ": '", value, "' is not an integer from ",
                 target.least, " to ", target.most);
  target.value = parsed;
  return absl::OkStatus();
}

absl::Status setNumber(const Flag &flag, PositiveNumber &target,
                       const std::string &value) {
  double parsed = 0;
  if (!absl::SimpleAtod(value, &parsed) || !std::isfinite(parsed) ||
      parsed <= 0)
    return wrong(spell(flag), ": '", value, "' is not a number above 0");
  target.value = parsed;
  return absl::OkStatus();
}

absl::Status setValue(const Flag &flag, const std::string &value) {
  if (value.empty())
    return wrong(spell(flag), ": the value is empty");
  if (auto *integer = as<Integer>(flag))
    return setInteger(flag, *integer, value);
  if (auto *number = as<PositiveNumber>(flag))
    return setNumber(flag, *number, value);
  if (auto *optional = as<OptionalText>(flag))
    optional->value = value;
  if (auto *text = as<std::string>(flag))
    *text = value;
  return absl::OkStatus();
}

class Parser {
public:
  Parser(CommandLine &command, absl::Span<const char *const> arguments)
      : command(command), rest(arguments) {}

  absl::Status parse() {
    bool onlyPositional = false;
    while (!rest.empty() && !command.helpWanted) {
      std::string argument = next();
      if (!onlyPositional && argument == "--")
        onlyPositional = true;
      else if (onlyPositional || argument.size() < 2 || argument[0] != '-')
        command.positional.push_back(argument);
      else if (absl::Status s = parseFlag(argument); !s.ok())
        return s;
    }
    return command.helpWanted ? absl::OkStatus() : checkCount();
  }

private:
  std::string next() {
    std::string argument = rest.front();
    rest.remove_prefix(1);
    return argument;
  }

  absl::Status parseFlag(const std::string &argument) {
    const size_t equals = argument.find('=');
    const bool joined = equals != std::string::npos;
    const std::string spelled = argument.substr(0, equals);
    if (spelled == "--help" || spelled == "-h") {
      command.helpWanted = true;
      return absl::OkStatus();
    }
    auto flag = std::find_if(
        command.flags.begin(), command.flags.end(),
        [&](const Flag &candidate) { return spell(candidate) == spelled; });
    if (flag == command.flags.end())
      return wrong("unknown flag ", spelled);
    if (std::find(seen.begin(), seen.end(), &*flag) != seen.end())
      return wrong(spelled, " is given twice");
    seen.push_back(&*flag);
    if (joined)
      return setJoined(*flag, argument.substr(equals + 1));
    return setSeparate(*flag);
  }

  absl::Status setJoined(const Flag &flag, const std::string &value) {
    if (as<bool>(flag))
      return wrong(spell(flag), " takes no value");
    if (auto *optional = as<OptionalText>(flag))
      optional->given = true;
    return setValue(flag, value);
  }

  absl::Status setSeparate(const Flag &flag) {
    if (bool *target = as<bool>(flag)) {
      *target = true;
      return absl::OkStatus();
    }
    absl::string_view following = rest.empty() ? "" : rest.front();
    if (auto *optional = as<OptionalText>(flag)) {
      optional->given = true;
      if (following != "-" && !absl::EndsWith(following, optional->suffix))
        return absl::OkStatus();
    }
    if (rest.empty() || absl::StartsWith(following, "--"))
      return wrong(spell(flag), " needs a value: ", flag.value);
    return setValue(flag, next());
  }

  absl::Status checkCount() const {
    const size_t count = command.positional.size();
    if (count < command.minPositional)
      return wrong("an argument is missing: expected ", command.usage);
    if (count > command.maxPositional)
      return wrong("unexpected argument '",
                   command.positional[command.maxPositional], "'");
    return absl::OkStatus();
  }

  CommandLine &command;
  absl::Span<const char *const> rest;
  std::vector<const Flag *> seen;
};

/// "--threads N", "--json [FILE.json]".
std::string describe(const Flag &flag) {
  if (flag.value.empty())
    return spell(flag);
  return as<OptionalText>(flag)
             ? absl::StrCat(spell(flag), " [", flag.value, "]")
             : absl::StrCat(spell(flag), " ", flag.value);
}

} // namespace

absl::Status CommandLine::parse(absl::Span<const char *const> arguments) {
  return Parser(*this, arguments).parse();
}

std::string CommandLine::help() const {
  std::string text = absl::StrCat(usageLine(), "\n\n", summary, "\n");
  size_t width = 0;
  for (const Flag &flag : flags)
    width = std::max(width, describe(flag).size());
  if (!flags.empty())
    absl::StrAppend(&text, "\n");
  for (const Flag &flag : flags) {
    std::string spelled = describe(flag);
    spelled.resize(width, ' ');
    absl::StrAppend(&text, "  ", spelled, "  ", flag.help, "\n");
  }
  return text;
}

absl::Status oneOf(absl::string_view flag, absl::string_view value,
                   std::initializer_list<absl::string_view> allowed) {
  if (absl::c_linear_search(allowed, value))
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("--", flag, " is one of ",
                                                 absl::StrJoin(allowed, ", "),
                                                 ", got '", value, "'"));
}

} // namespace mixq
