//===- IrText.cpp - Limits of IR in text form -----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/IrText.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "dialect/store/File.h"

#include <algorithm>

using namespace mixq;

/// The offset behind the string or comment at `begin`, if there is one.
static size_t skipQuoted(absl::string_view text, size_t begin) {
  if (absl::StartsWith(text.substr(begin), "//"))
    return std::min(text.find('\n', begin), text.size());
  if (text[begin] != '"')
    return begin;
  size_t end = begin + 1;
  while (end < text.size() && text[end] != '"' && text[end] != '\n')
    end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

/// 1 for an opening bracket, -1 for a closing one. Arrows and comparisons are
/// none.
static int bracketAt(absl::string_view text, size_t at) {
  const char before = at > 0 ? text[at - 1] : ' ';
  const char after = at + 1 < text.size() ? text[at + 1] : ' ';
  switch (text[at]) {
  case '(':
  case '[':
  case '{':
    return 1;
  case ')':
  case ']':
  case '}':
    return -1;
  case '<':
    return after == '=' ? 0 : 1;
  case '>':
    return before == '-' || after == '=' ? 0 : -1;
  default:
    return 0;
  }
}

absl::Status mixq::checkBrackets(absl::string_view text,
                                 const std::string &source) {
  if (absl::StartsWith(text, "ML\xefR"))
    return absl::OkStatus();
  int depth = 0;
  for (size_t at = 0; at < text.size();) {
    if (const size_t end = skipQuoted(text, at); end != at) {
      at = end;
      continue;
    }
    depth = std::max(0, depth + bracketAt(text, at));
    if (depth > kMaxBracketDepth)
      return absl::InvalidArgumentError(absl::StrCat(
          source, ":", 1 + std::count(text.begin(), text.begin() + at, '\n'),
          ": expects brackets to nest at most ", kMaxBracketDepth, " deep"));
    ++at;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> mixq::readIrText(const std::string &path) {
  constexpr uint64_t kMaxBytes = uint64_t(1) << 30;
  absl::StatusOr<InputFile> file = InputFile::open(path);
  if (!file.ok())
    return file.status();
  if (file->size() > kMaxBytes)
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": expects at most ", kMaxBytes, " bytes, got ", file->size()));
  std::string text(file->size(), '\0');
  absl::Status status = file->readAt(0, text.data(), text.size());
  if (status.ok())
    status = checkBrackets(text, path);
  if (!status.ok())
    return status;
  return text;
}
