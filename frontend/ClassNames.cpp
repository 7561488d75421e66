//===- ClassNames.cpp - The table of class names --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/ClassNames.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "dialect/store/File.h"
#include "dialect/store/Json.h"

#include <algorithm>

namespace mixq {
namespace {

using Fields = std::vector<absl::string_view>;

std::vector<Fields> splitLines(absl::string_view text) {
  std::vector<Fields> lines;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::ConsumeSuffix(&line, "\r");
    lines.push_back(absl::StrSplit(line, '\t'));
  }
  // The newline that ends the last line does not begin another.
  if (lines.back() == Fields{""})
    lines.pop_back();
  return lines;
}

absl::Status lineError(const std::string &source, size_t line,
                       absl::string_view rule, absl::string_view found) {
  return absl::InvalidArgumentError(absl::StrCat(source, ": line ", line + 1,
                                                 " expects ", rule, ", found ",
                                                 quoteForMessage(found)));
}

/// The index is plain digits: no sign, no blanks, as SimpleAtoi would allow.
bool parseIndex(absl::string_view text, int64_t &index) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, &index);
}

/// nlohmann-json drops what is no UTF-8 when it writes a string.
bool isUtf8(absl::string_view text) {
  using nlohmann::json;
  const json value = std::string(text);
  return json::parse(value.dump(-1, ' ', false,
                                json::error_handler_t::ignore)) == value;
}

absl::Status checkHeader(const std::vector<Fields> &lines,
                         const std::string &source) {
  const Fields header = lines.empty() ? Fields{""} : lines[0];
  if (header.size() >= 2 && header.front() == "class" &&
      header.back() == "name")
    return absl::OkStatus();
  return lineError(source, 0, "a header 'class<TAB>...<TAB>name'",
                   absl::StrJoin(header, "\t"));
}

/// Enters one line's class into `names`, where a class without a line is "".
absl::Status addLine(const std::vector<Fields> &lines, size_t line,
                     const std::string &source,
                     std::vector<std::string> &names) {
  const Fields &fields = lines[line];
  if (fields.size() != lines[0].size())
    return lineError(source, line,
                     absl::StrCat(lines[0].size(), " fields, as the header"),
                     absl::StrCat(fields.size()));
  int64_t index = 0;
  if (!parseIndex(fields.front(), index) ||
      index >= static_cast<int64_t>(names.size()))
    return lineError(source, line,
                     absl::StrCat("a class in [0, ", names.size(), ")"),
                     fields.front());
  if (!names[index].empty())
    return lineError(source, line, "each class once", fields.front());
  if (!isClassName(fields.back()))
    return lineError(source, line, "a name in UTF-8 without control characters",
                     fields.back());
  names[index] = std::string(fields.back());
  return absl::OkStatus();
}

absl::StatusOr<std::string> readTable(const std::string &path) {
  constexpr uint64_t maxBytes = uint64_t(16) << 20;
  absl::StatusOr<InputFile> file = InputFile::open(path);
  if (!file.ok())
    return file.status();
  if (file->size() > maxBytes)
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": expects at most ", maxBytes, " bytes, found ", file->size()));
  std::string text(file->size(), '\0');
  if (absl::Status status = file->readAt(0, text.data(), text.size());
      !status.ok())
    return status;
  return text;
}

} // namespace

bool isClassName(absl::string_view name) {
  return !name.empty() &&
         std::none_of(name.begin(), name.end(), absl::ascii_iscntrl) &&
         isUtf8(name);
}

absl::StatusOr<std::vector<std::string>>
parseClassNames(absl::string_view text, int64_t numClasses,
                const std::string &source) {
  const std::vector<Fields> lines = splitLines(text);
  if (absl::Status status = checkHeader(lines, source); !status.ok())
    return status;
  std::vector<std::string> names(numClasses);
  for (size_t line = 1; line < lines.size(); ++line)
    if (absl::Status status = addLine(lines, line, source, names); !status.ok())
      return status;
  const auto absent = std::find(names.begin(), names.end(), "");
  if (absent != names.end())
    return absl::InvalidArgumentError(absl::StrCat(
        source, ": expects ", numClasses, " classes as config.json has; class ",
        absent - names.begin(), " is missing"));
  return names;
}

absl::StatusOr<std::vector<std::string>> readClassNames(const std::string &path,
                                                        int64_t numClasses) {
  absl::StatusOr<std::string> text = readTable(path);
  if (!text.ok())
    return text.status();
  return parseClassNames(*text, numClasses, path);
}

} // namespace mixq
