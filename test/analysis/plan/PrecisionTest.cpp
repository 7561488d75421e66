//===- PrecisionTest.cpp - Names of precisions, pins, uniform plans -------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/plan/Precision.h"
#include "test/analysis/plan/TestUnits.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mixq;
using ::testing::HasSubstr;

namespace {

using Kind = Precision::Kind;

TEST(Precision, NamesAreThoseOfTheManual) {
  EXPECT_EQ(parsePrecision("fp32")->kind, Kind::Float);
  for (unsigned w = 2; w <= 8; ++w)
    for (unsigned a = 2; a <= 8; ++a) {
      auto precision = parsePrecision(nameOf({w, a}));
      ASSERT_TRUE(precision.ok());
      EXPECT_EQ(precision->kind, Kind::Uniform);
      EXPECT_EQ(precision->widths.weight, w);
      EXPECT_EQ(precision->widths.activation, a);
    }
  auto mixed = parsePrecision("mp4");
  EXPECT_EQ(mixed->kind, Kind::Mixed);
  EXPECT_EQ(mixed->widths.activation, 4);
  mixed = parsePrecision("mp3a8");
  EXPECT_EQ(mixed->kind, Kind::MixedWeight);
  EXPECT_EQ(mixed->widths.weight, 3);
  EXPECT_EQ(mixed->widths.activation, 8);
}

TEST(Precision, OtherNamesAreRefused) {
  for (const char *name :
       {"", "fp16", "w1a8", "w9a8", "w8a9", "w8", "w88a8", "W8A8", "mp", "mp5",
        "mp8", "mp4a4", "mp4a88", "mpxa8", "w:a8"})
    EXPECT_THAT(std::string(parsePrecision(name).status().message()),
                HasSubstr(std::string("got '") + name + "'"));
}

TEST(Precision, BoundariesHaveEightBitsUnlessFree) {
  const ModelUnits model = makeTestUnits();
  auto pins = parsePins(model, "w8a8", "");
  auto bits = uniformAssignment(model, {3, 4}, *pins);
  EXPECT_EQ(*bits, (Assignment{{8, 8}, {4, 3}, {4, 3}, {4, 4}, {8, 8}}));
  pins = parsePins(model, "free", "");
  bits = uniformAssignment(model, {3, 4}, *pins);
  EXPECT_EQ(*bits, (Assignment{{4, 3}, {4, 3}, {4, 3}, {4, 4}, {4, 3}}));
}

TEST(Precision, PinsDecideForSharedTensors) {
  const ModelUnits model = makeTestUnits();
  auto pins = parsePins(model, "w8a8", "q=w6a5,qk=w3a2,head=w2a2");
  auto bits = uniformAssignment(model, {4, 4}, *pins);
  EXPECT_EQ(*bits, (Assignment{{8, 8}, {5, 6}, {5, 4}, {2, 3}, {2, 2}}));
}

TEST(Precision, WidthsOfTheGraphDecideOverBoundariesAndPinsOverThose) {
  const ModelUnits model = makeTestUnits();
  auto pins = parsePins(model, "w8a8", "q=w6a5",
                        {{"head", {4, 3}}, {"q", {2, 2}}, {"qk", {7, 6}}});
  auto bits = uniformAssignment(model, {4, 4}, *pins);
  EXPECT_EQ(*bits, (Assignment{{8, 8}, {5, 6}, {5, 4}, {6, 7}, {3, 4}}));
}

TEST(Precision, PinsAreChecked) {
  const ModelUnits model = makeTestUnits();
  auto message = [&](const char *firstLast, const char *list) {
    return std::string(parsePins(model, firstLast, list).status().message());
  };
  EXPECT_THAT(message("w9a8", ""), HasSubstr("--first-last is free or"));
  EXPECT_THAT(message("free", "q"),
              HasSubstr("--pin expects UNIT=w8a8, got 'q'"));
  EXPECT_THAT(message("free", "q=w1a8"), HasSubstr("got 'q=w1a8'"));
  EXPECT_THAT(message("free", "v=w8a8"),
              HasSubstr("--pin names an unknown unit, got 'v'"));
  auto pins = parsePins(model, "free", "q=w8a8,k=w8a4");
  EXPECT_THAT(
      std::string(uniformAssignment(model, {4, 4}, *pins).status().message()),
      HasSubstr("unit 'k' is pinned to 4 bits for its activation, a tensor "
                "that another unit pins to 8"));
}

} // namespace
