//===- HeaderMutator.cpp - Mutates a module's header ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/HeaderMutator.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>

#include "test/fuzz/HeaderFields.h"

namespace mixq {
namespace fuzz {
namespace {

using Random = std::minstd_rand;

uint64_t changedInteger(uint64_t value, Random &random) {
  switch (random() % 10) {
  case 0:
    return 0;
  case 1:
    return UINT64_MAX;
  case 2:
    return value + 1;
  case 3:
    return value - 1;
  case 4:
    return value * 2;
  case 5:
    return value + 64;
  case 6:
    return value - 64;
  case 7:
    return uint64_t{1} << random() % 64;
  case 8:
    return (uint64_t{1} << random() % 64) - 1;
  default:
    return random() % 256;
  }
}

float changedFloat(float value, Random &random) {
  const float values[] = {0.0f,
                          -value,
                          std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::denorm_min(),
                          std::numeric_limits<float>::max()};
  return values[random() % std::size(values)];
}

template <typename T> void changeNumber(T &field, Random &random) {
  if constexpr (std::is_same_v<T, float>)
    field = changedFloat(field, random);
  else
    field =
        static_cast<T>(changedInteger(static_cast<uint64_t>(field), random));
}

void changeText(std::string &text, Random &random) {
  const std::string texts[] = {"",
                               "avx2",
                               "sse4.2",
                               std::string(256, 'x'),
                               std::string(1025, 'x'),
                               "\x1b[2J",
                               "\xed\xa0\x80",
                               "\xf0\x9f\x90\x9f",
                               std::string("a\0b", 3)};
  if (random() % 2 == 0 || text.empty())
    text = texts[random() % std::size(texts)];
  else
    text[random() % text.size()] = static_cast<char>(random());
}

template <typename T> T copyOf(const T &value) { return value; }
template <typename T>
std::unique_ptr<T> copyOf(const std::unique_ptr<T> &value) {
  return std::make_unique<T>(*value);
}

/// Doubles entries rather than adding one: limits are in the tens of thousands.
template <typename T> void changeTable(std::vector<T> &table, Random &random) {
  constexpr size_t mostEntries = 1 << 12;
  if (table.empty())
    return;
  const size_t at = random() % table.size();
  switch (random() % 4) {
  case 0:
    table.erase(table.begin() + at);
    return;
  case 1:
    table.clear();
    return;
  case 2:
    std::swap(table[at], table[random() % table.size()]);
    return;
  default:
    for (size_t i = table.size(); i > 0 && table.size() < mostEntries; --i)
      table.push_back(copyOf(table[at]));
  }
}

/// Calls `change` with one field of those that `forEach` visits.
template <typename ForEach, typename Change>
void changeOne(ForEach forEach, Random &random, Change change) {
  const int count = countFields(forEach);
  int left = static_cast<int>(random() % count);
  forEach([&](auto &field) {
    if (left-- == 0)
      change(field, random);
  });
}

} // namespace

void mutateHeader(schema::HeaderT &header, Random &random) {
  const unsigned choice = random() % 8;
  if (choice < 5)
    changeOne([&](auto visit) { forEachNumber(header, visit); }, random,
              [](auto &field, Random &r) { changeNumber(field, r); });
  else if (choice < 6)
    changeOne([&](auto visit) { forEachText(header, visit); }, random,
              [](auto &field, Random &r) { changeText(field, r); });
  else
    changeOne([&](auto visit) { forEachTable(header, visit); }, random,
              [](auto &field, Random &r) { changeTable(field, r); });
}

} // namespace fuzz
} // namespace mixq
