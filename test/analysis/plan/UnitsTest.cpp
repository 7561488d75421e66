//===- UnitsTest.cpp - Costs and ties of assignments ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/analysis/plan/TestUnits.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mixq;
using ::testing::HasSubstr;

namespace {

const Assignment kMixed = {{8, 8}, {4, 3}, {4, 5}, {6, 2}, {8, 8}};

TEST(Units, CostsAreThoseOfTheMethod) {
  const ModelUnits model = makeTestUnits();
  EXPECT_EQ(weightBitsOf(model, kMixed), 64 * 8 + 100 * 3 + 100 * 5 + 20 * 8);
  EXPECT_EQ(bitOpsOf(model, kMixed),
            640 * 64 + 1000 * 12 + 1000 * 20 + 500 * 12 + 20 * 64);
  EXPECT_DOUBLE_EQ(averageWeightBits(model, kMixed), 1472.0 / 284);
  // By MACs: 640 at 8, 2 * 1000 at 4, 500 at 6 and at 2, 20 at 8.
  EXPECT_DOUBLE_EQ(averageActivationBits(model, kMixed),
                   (640 * 8 + 2000 * 4 + 500 * 8 + 20 * 8) / 3660.0);
}

TEST(Units, AssignmentsAreChecked) {
  const ModelUnits model = makeTestUnits();
  EXPECT_TRUE(checkAssignment(model, kMixed).ok());
  Assignment tooWide = kMixed;
  tooWide[3][1] = 9;
  EXPECT_EQ(checkAssignment(model, tooWide).message(),
            "unit 'qk': rhs bits are in [2, 8], found 9");
  Assignment broken = kMixed;
  broken[2][0] = 5;
  EXPECT_EQ(checkAssignment(model, broken).message(),
            "unit 'k': activation has 5 bits, but it is the same tensor as "
            "the activation of unit 'q', which has 4");
}

TEST(Units, OperandsHaveNames) {
  const ModelUnits model = makeTestUnits();
  EXPECT_EQ(widthName(model.units[1], 0, 4), "a4");
  EXPECT_EQ(widthName(model.units[1], 1, 4), "w4");
  EXPECT_EQ(widthName(model.units[3], 0, 5), "lhs5");
  EXPECT_EQ(widthName(model.units[3], 1, 2), "rhs2");
}

} // namespace
