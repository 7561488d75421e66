//===- PackingTest.cpp - Weights in panels --------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/BitPacking.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cstring>
#include <numeric>

using namespace mixq;
using testing::ElementsAre;

namespace {

TEST(Packing, RoundUp) {
  EXPECT_EQ(roundUp(0, 64), 0);
  EXPECT_EQ(roundUp(1, 64), 64);
  EXPECT_EQ(roundUp(64, 64), 64);
  EXPECT_EQ(roundUp(65, 64), 128);
  EXPECT_EQ(roundUp(7, 1), 7);
}

/// [3, 5] in panels of 2 columns, groups of 4: the second panel has one row,
/// the second group one element.
TEST(Packing, PanelsAndGroupsArePaddedWithZeros) {
  std::vector<int8_t> weights(15);
  std::iota(weights.begin(), weights.end(), 1);
  EXPECT_THAT(packPanels(weights.data(), 3, 5, 2, 4),
              ElementsAre(1, 2, 3, 4, 6, 7, 8, 9,     //
                          5, 0, 0, 0, 10, 0, 0, 0,    //
                          11, 12, 13, 14, 0, 0, 0, 0, //
                          15, 0, 0, 0, 0, 0, 0, 0));
}

TEST(Packing, FloatsGoOneByOne) {
  const float weights[] = {1, 2, 3, 4, 5, 6};
  std::vector<uint8_t> bytes = packPanels(weights, 2, 3, 4, 1);
  std::vector<float> packed(bytes.size() / sizeof(float));
  std::memcpy(packed.data(), bytes.data(), bytes.size());
  EXPECT_THAT(packed, ElementsAre(1, 4, 0, 0, 2, 5, 0, 0, 3, 6, 0, 0));
}

/// Every weight stands where the tile looks for it.
TEST(Packing, EveryWeightOnceAtItsPlace) {
  for (int64_t rows : {1, 15, 16, 17, 64, 65})
    for (int64_t depth : {1, 2, 3, 4, 5, 63})
      for (auto [columns, group] : {std::pair(64, 4), std::pair(16, 2)}) {
        std::vector<int8_t> weights(rows * depth);
        for (size_t i = 0; i < weights.size(); ++i)
          weights[i] = static_cast<int8_t>(i % 251 - 125);
        auto bytes = packPanels(weights.data(), rows, depth, columns, group);
        int64_t groups = (depth + group - 1) / group;
        ASSERT_EQ(static_cast<int64_t>(bytes.size()),
                  (rows + columns - 1) / columns * columns * groups * group);
        size_t i = 0;
        for (int64_t panel = 0; i < bytes.size(); ++panel)
          for (int64_t g = 0; g < groups; ++g)
            for (int64_t c = 0; c < columns; ++c)
              for (int64_t j = 0; j < group; ++j, ++i) {
                int64_t n = panel * columns + c, k = g * group + j;
                int8_t expected =
                    n < rows && k < depth ? weights[n * depth + k] : 0;
                ASSERT_EQ(static_cast<int8_t>(bytes[i]), expected);
              }
      }
}

/// Two chunks of 8 vectors of 2 bytes, the second partly padding.
TEST(BitPacking, RoundTripsInBitsOverEight) {
  for (int64_t bits = 2; bits <= 7; ++bits) {
    BitPacking packing{bits, 2};
    constexpr int64_t kPanelBytes = 20;
    std::vector<uint8_t> panels(3 * kPanelBytes);
    for (size_t i = 0; i < panels.size(); ++i)
      panels[i] = static_cast<uint8_t>(i * 37 % (1 << bits));
    std::vector<uint8_t> packed = packBits(packing, panels, kPanelBytes);
    EXPECT_EQ(packed.size() * 8, static_cast<size_t>(3 * 32 * bits)) << bits;
    EXPECT_EQ(unpackBits(packing, packed, kPanelBytes), panels) << bits;
  }
}

/// Code 0b10110 of 5 bits: the low four go to the plane of 4, the other to the
/// plane of 1, which stands after its 4 vectors.
TEST(BitPacking, PlanesHoldTheBitsOfACode) {
  BitPacking packing{5, 1};
  std::vector<uint8_t> panel = {0, 0, 0, 0b10110, 0, 0, 0, 0};
  EXPECT_THAT(packBits(packing, panel, 8),
              ElementsAre(0, 0b0110 << 4, 0, 0, 1 << 3));
}

} // namespace
