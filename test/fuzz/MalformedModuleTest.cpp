//===- MalformedModuleTest.cpp - Malformed modules by class ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Classes of malformed modules that go through every field, beside the single
// cases of test/runtime: docs/fuzzing.md lists which class is tested where.
//
//===----------------------------------------------------------------------===//

#include <cstring>
#include <limits>

#include "runtime/Context.h"
#include "runtime/Hash.h"
#include "runtime/ModuleVerifier.h"
#include "test/fuzz/HeaderFields.h"
#include "test/runtime/TestModule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using Bytes = std::vector<uint8_t>;
using schema::HeaderT;
using ::testing::ContainsRegex;

/// Refused by a rule that the message names, or usable. Whether it was refused.
bool isRefused(const Bytes &file) {
  auto module = Module::fromMemory(file);
  if (!module.ok()) {
    EXPECT_THAT(std::string(module.status().message()),
                ContainsRegex("\\([FM][0-9]+\\) "));
    return true;
  }
  auto context = Context::create(*module, {1, 2, false});
  EXPECT_TRUE(context.ok() || absl::IsResourceExhausted(context.status()))
      << context.status();
  return false;
}

/// The header with field `index` of those that `forEachNumber` visits changed.
template <typename Change> HeaderT withNumber(int index, Change change) {
  HeaderT header = test::makeHeader();
  fuzz::forEachNumber(header, [&](auto &field) {
    if (index-- == 0)
      change(field);
  });
  return header;
}

int countNumbers() {
  HeaderT header = test::makeHeader();
  return fuzz::countFields(
      [&](auto visit) { fuzz::forEachNumber(header, visit); });
}

/// -1, n, max and what lies around them: a product of such values wraps.
TEST(MalformedModule, EveryIntegerAtItsExtremes) {
  const auto changes = std::initializer_list<uint64_t (*)(uint64_t)>{
      [](uint64_t) { return uint64_t{0}; },
      [](uint64_t value) { return value + 1; },
      [](uint64_t value) { return value - 1; },
      [](uint64_t value) { return value + 64; },
      [](uint64_t) { return UINT64_MAX; },
      [](uint64_t) { return UINT64_MAX - 63; },
      [](uint64_t) { return uint64_t{1} << 63; },
      [](uint64_t) { return uint64_t{1} << 61; },
      [](uint64_t) { return uint64_t{UINT32_MAX}; },
      [](uint64_t) { return uint64_t{1} << 31; }};
  int refused = 0;
  for (int i = countNumbers() - 1; i >= 0; --i)
    for (auto change : changes)
      refused += isRefused(test::assemble(withNumber(i, [&](auto &field) {
        using Field = std::remove_reference_t<decltype(field)>;
        field = static_cast<Field>(change(static_cast<uint64_t>(field)));
      })));
  // Others are good: another task count, another resize.
  EXPECT_GT(refused, 6 * countNumbers());
}

TEST(MalformedModule, EveryScaleNotFiniteOrZero) {
  using Limits = std::numeric_limits<float>;
  for (float value :
       {Limits::quiet_NaN(), Limits::signaling_NaN(), Limits::infinity(),
        -Limits::infinity(), 0.0f, -0.0f, Limits::denorm_min()}) {
    for (int channel = 0; channel < 3; ++channel) {
      HeaderT header = test::makeHeader();
      header.preprocessing->std[channel] = value;
      EXPECT_TRUE(isRefused(test::assemble(header))) << value;
      if (std::isfinite(value))
        continue;
      header = test::makeHeader();
      header.preprocessing->mean[channel] = value;
      EXPECT_TRUE(isRefused(test::assemble(header))) << value;
    }
  }
}

TEST(MalformedModule, EveryTableDroppedOrShortened) {
  HeaderT header = test::makeHeader();
  const auto count =
      fuzz::countFields([&](auto visit) { fuzz::forEachTable(header, visit); });
  for (int index = 0; index < count; ++index)
    for (bool isDropped : {true, false}) {
      HeaderT changed = test::makeHeader();
      int left = index;
      fuzz::forEachTable(changed, [&](auto &table) {
        if (left-- == 0)
          table.resize(isDropped ? 0 : table.size() - 1);
      });
      isRefused(test::assemble(changed));
    }
}

TEST(MalformedModule, SubByteSizesOffByOne) {
  for (uint64_t bits = 2; bits <= 8; ++bits) {
    HeaderT header = test::makeHeader();
    schema::LayerT &layer = *header.layers[0];
    layer.weights_size = test::elements * bits / 8;
    EXPECT_FALSE(isRefused(test::assemble(header))) << bits;
    for (uint64_t by : {uint64_t{1}, UINT64_MAX}) {
      HeaderT size = header, elements = header;
      size.layers[0]->weights_size += by;
      EXPECT_TRUE(isRefused(test::assemble(size))) << bits << " " << by;
      elements.layers[0]->packed_elements += by;
      EXPECT_TRUE(isRefused(test::assemble(elements))) << bits << " " << by;
    }
  }
}

/// Calls `visit` with the root table and every table below it.
template <typename Visit>
void forEachFlatTable(schema::Header *header, Visit visit) {
  const auto tableOf = [](const auto *table) {
    return reinterpret_cast<flatbuffers::Table *>(
        const_cast<std::remove_const_t<std::remove_pointer_t<decltype(table)>>
                       *>(table));
  };
  const auto visitAll = [&](const auto &tables) {
    for (const auto *table : tables)
      visit(tableOf(table));
  };
  visit(tableOf(header->signature()));
  visit(tableOf(header->preprocessing()));
  visitAll(*header->layers());
  visitAll(*header->kernels());
  visitAll(*header->segments());
  for (const schema::Step *step : *header->steps())
    visitAll(*step->arguments());
  visitAll(*header->steps());
  visit(tableOf(header));
}

/// The vtable of a table: its size, the table's size, an offset a field.
absl::Span<uint16_t> fieldsOf(flatbuffers::Table *table) {
  auto *vtable =
      reinterpret_cast<uint16_t *>(const_cast<uint8_t *>(table->GetVTable()));
  return absl::MakeSpan(vtable, vtable[0] / sizeof(uint16_t)).subspan(2);
}

/// A table may lack any field that the schema does not require; then the field
/// has its default. What is required and lacks is F8.
TEST(MalformedModule, EveryFieldOfEveryTableDropped) {
  const Bytes good = test::makeModule();
  uint64_t headerSize = 0;
  std::memcpy(&headerSize, &good[16], sizeof(headerSize));
  int refused = 0, tried = 0, total = 1;
  for (int index = 0; index < total; ++index) {
    Bytes file = good;
    int left = index;
    total = 0;
    forEachFlatTable(
        flatbuffers::GetMutableRoot<schema::Header>(&file[prologueSize]),
        [&](flatbuffers::Table *table) {
          for (uint16_t &field : fieldsOf(table)) {
            ++total;
            if (left-- == 0)
              field = 0;
          }
        });
    const uint64_t hash =
        hashBytes(absl::MakeConstSpan(&file[prologueSize], headerSize));
    std::memcpy(&file[32], &hash, sizeof(hash));
    refused += isRefused(file);
    ++tried;
  }
  EXPECT_GT(tried, 60);
  EXPECT_GT(refused, tried / 2);
}

} // namespace
} // namespace mixq
