//===- CodebookQuantizerTest.cpp - Codes that stand for table entries -----===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/CodebookQuantizer.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace mixq;
using testing::ElementsAre;

namespace {

TEST(CodebookQuantizer, PowersOfTheBase) {
  auto octaves = CodebookQuantizer::logarithmic(2, 51, 1, false, 0);
  EXPECT_THAT(octaves.table, ElementsAre(32, 64, 128, 255));
  EXPECT_FLOAT_EQ(octaves.scale, 0.2f);
  auto withZero = CodebookQuantizer::logarithmic(2, 51, 0.5, true, -1);
  EXPECT_THAT(withZero.table, ElementsAre(0, 16, 64, 255));
  EXPECT_EQ(withZero.offset, -1);
  EXPECT_EQ(withZero.bits(), 2u);
}

/// As mixq.encode and mixq.decode define it.
float reference(const CodebookQuantizer &quantizer, float value) {
  float t = (value - quantizer.offset) * (1.0f / quantizer.scale);
  size_t code = 0;
  for (size_t i = 0; i + 1 < quantizer.table.size(); ++i)
    code += t > (quantizer.table[i] + quantizer.table[i + 1]) / 2.0f;
  return std::fma(float(quantizer.table[code]), quantizer.scale,
                  quantizer.offset);
}

TEST(CodebookQuantizer, TakesTheNearestEntry) {
  for (unsigned bits : {2u, 3u, 4u, 6u}) {
    auto quantizer =
        CodebookQuantizer::logarithmic(bits, 2, 1.7, bits != 3, -0.17);
    for (int i = -200; i < 1200; ++i) {
      float value = static_cast<float>(i) / 500, result;
      quantizer.roundTrip(&value, 1, &result);
      EXPECT_EQ(result, reference(quantizer, value)) << bits << " " << value;
    }
  }
}

TEST(CodebookQuantizer, TiesTakeTheLowerEntry) {
  CodebookQuantizer quantizer{1, 0, {0, 3, 10, 10}};
  std::vector<float> values = {1.5f, 1.5001f, 6.5f, 6.6f, 10, 1e30f, -7};
  std::vector<float> results(values.size());
  quantizer.roundTrip(values.data(), values.size(), results.data());
  EXPECT_THAT(results, ElementsAre(0, 3, 3, 10, 10, 10, 0));
}

} // namespace
