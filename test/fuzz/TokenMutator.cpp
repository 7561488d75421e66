//===- TokenMutator.cpp - Mutates text by its tokens ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/TokenMutator.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <vector>

namespace mixq {
namespace fuzz {
namespace {

using Random = std::minstd_rand;
using Tokens = std::vector<std::string>;

bool isWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool isNumber(const std::string &token) {
  return std::isdigit(static_cast<unsigned char>(token[0]));
}

size_t endOfToken(const std::string &text, size_t begin) {
  size_t end = begin + 1;
  if (text[begin] == '"') {
    while (end < text.size() && text[end] != '"' && text[end] != '\n')
      end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
  }
  // "12xf32" is two tokens: the extent of a shape is a number of its own.
  if (std::isdigit(static_cast<unsigned char>(text[begin])))
    while (end < text.size() &&
           std::isdigit(static_cast<unsigned char>(text[end])))
      ++end;
  else if (isWordByte(text[begin]))
    while (end < text.size() && isWordByte(text[end]))
      ++end;
  return end;
}

Tokens split(const std::string &text) {
  Tokens tokens;
  for (size_t at = 0; at < text.size();) {
    const size_t end = endOfToken(text, at);
    tokens.push_back(text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

std::string extremeNumber(const std::string &number, Random &random) {
  const std::string numbers[] = {"0",
                                 "1",
                                 "-1",
                                 "2",
                                 "65536",
                                 "2147483647",
                                 "2147483648",
                                 "4294967295",
                                 "4294967296",
                                 "9223372036854775807",
                                 "9223372036854775808",
                                 "18446744073709551615",
                                 "18446744073709551616",
                                 "1e999",
                                 "1.0e-300",
                                 "0.0",
                                 number + "0",
                                 "-" + number};
  return numbers[random() % std::size(numbers)];
}

/// Copies a run of tokens from one place to another.
void copyRun(Tokens &tokens, Random &random) {
  const size_t from = random() % tokens.size();
  const size_t most = std::min<size_t>(tokens.size() - from, 32);
  const Tokens run(tokens.begin() + from,
                   tokens.begin() + from + 1 + random() % most);
  tokens.insert(tokens.begin() + random() % tokens.size(), run.begin(),
                run.end());
}

void change(Tokens &tokens, Random &random) {
  const size_t at = random() % tokens.size();
  const size_t other = random() % tokens.size();
  switch (random() % 6) {
  case 0:
    tokens.erase(tokens.begin() + at);
    return;
  case 1:
    std::swap(tokens[at], tokens[other]);
    return;
  case 2:
    tokens[at] = tokens[other];
    return;
  case 3:
    return copyRun(tokens, random);
  default:
    auto number = std::find_if(tokens.begin() + at, tokens.end(), isNumber);
    if (number != tokens.end())
      *number = extremeNumber(*number, random);
  }
}

} // namespace

std::string mutateTokens(const std::string &text, Random &random) {
  Tokens tokens = split(text);
  for (unsigned i = random() % 4 + 1; i > 0 && !tokens.empty(); --i)
    change(tokens, random);
  std::string changed;
  for (const std::string &token : tokens)
    changed += token;
  return changed;
}

} // namespace fuzz
} // namespace mixq
