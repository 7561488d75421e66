//===- ClassNamesTest.cpp - classes.tsv, rule by rule ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/ClassNames.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ClassNames, OrdersByIndex) {
  const auto names = parseClassNames("class\tname\n1\tb\n0\ta\n", 2, "t");
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_THAT(*names, ElementsAre("a", "b"));
}

TEST(ClassNames, TakesTheLastColumnAndCarriageReturns) {
  const auto names =
      parseClassNames("class\tid\tname\r\n0\tn0\ta b\r\n", 1, "t");
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_THAT(*names, ElementsAre("a b"));
}

struct BadTable {
  const char *name;
  const char *text;
  const char *error;
};

class BadTableTest : public testing::TestWithParam<BadTable> {};

TEST_P(BadTableTest, IsRefused) {
  const auto names = parseClassNames(GetParam().text, 2, "classes.tsv");
  ASSERT_FALSE(names.ok());
  EXPECT_THAT(std::string(names.status().message()), HasSubstr("classes.tsv"));
  EXPECT_THAT(std::string(names.status().message()),
              HasSubstr(GetParam().error));
}

const BadTable kTables[] = {
    {"Empty", "", "line 1 expects a header"},
    {"NoHeader", "0\ta\n1\tb\n", "line 1 expects a header"},
    {"OneColumn", "class\n0\n1\n", "line 1 expects a header"},
    {"MissingClass", "class\tname\n0\ta\n", "class 1 is missing"},
    {"RepeatedClass", "class\tname\n0\ta\n0\tb\n",
     "line 3 expects each class once, found '0'"},
    {"ClassTooLarge", "class\tname\n0\ta\n2\tb\n",
     "line 3 expects a class in [0, 2), found '2'"},
    {"NegativeClass", "class\tname\n-1\ta\n", "found '-1'"},
    {"BlankClass", "class\tname\n 0\ta\n", "found ' 0'"},
    {"WrappingClass", "class\tname\n18446744073709551616\ta\n",
     "expects a class in [0, 2)"},
    {"NoName", "class\tname\n0\t\n", "line 2 expects a name"},
    {"ControlCharacter", "class\tname\n0\ta\x01\n", "found 'a\\001'"},
    {"NotUtf8", "class\tname\n0\ta\xff\n", "a name in UTF-8"},
    {"TooFewFields", "class\tid\tname\n0\ta\n", "line 2 expects 3 fields"},
    {"EmptyLine", "class\tname\n\n0\ta\n", "line 2 expects 2 fields"},
};
INSTANTIATE_TEST_SUITE_P(ClassNames, BadTableTest, testing::ValuesIn(kTables),
                         [](const auto &info) { return info.param.name; });

} // namespace
} // namespace mixq
