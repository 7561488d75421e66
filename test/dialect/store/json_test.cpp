//===- json_test.cpp - Tests of the strict JSON parser --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/Json.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <fstream>

using namespace mixq;
using testing::HasSubstr;

/// The error for `text`, or "" if there is none.
static std::string errorFor(absl::string_view text,
                            const JsonLimits &limits = {}) {
  return std::string(parseJson(text, "f.json", limits).status().message());
}

TEST(Json, ParsesEveryKindOfValue) {
  auto json = parseJson(
      R"({"a": [1, -2, 2.5, true, null], "b": {"c": "\u00e9"}, "d": []})", "f");
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ(json->at("a")[0].get<int>(), 1);
  EXPECT_TRUE(json->at("a")[0].is_number_unsigned());
  EXPECT_EQ(json->at("a")[1].get<int>(), -2);
  EXPECT_EQ(json->at("a")[2].get<double>(), 2.5);
  EXPECT_TRUE(json->at("a")[3].get<bool>());
  EXPECT_TRUE(json->at("a")[4].is_null());
  EXPECT_EQ(json->at("b").at("c").get<std::string>(), "\xc3\xa9");
  EXPECT_TRUE(json->at("d").empty());
  EXPECT_EQ(json->size(), 3u);
}

TEST(Json, ParsesScalars) {
  EXPECT_EQ(parseJson(" 7 ", "f")->get<int>(), 7);
  EXPECT_EQ(parseJson("\"x\"", "f")->get<std::string>(), "x");
}

TEST(Json, NamesSourceAndOffset) {
  EXPECT_EQ(errorFor(R"({"a": 1, "a": 2})"),
            "f.json: not valid JSON, at byte 12: duplicate key 'a'");
}

TEST(Json, RejectsDuplicateKeysOfEveryObject) {
  EXPECT_THAT(errorFor(R"({"x": [{"k": 1, "k": 1}]})"),
              HasSubstr("duplicate key 'k'"));
  EXPECT_THAT(errorFor("{\"a\": 1, \"\\u0061\": 2}"),
              HasSubstr("duplicate key 'a'"));
  EXPECT_EQ(errorFor(R"({"x": {"k": 1}, "k": {"k": 1}})"), "");
}

TEST(Json, RejectsSyntaxErrors) {
  for (const char *text :
       {"", " ", "{", "[1,]", "{\"a\":}", "{a: 1}", "[1] 2", "nul", "'a'",
        "[01]", "[1.]", "[+1]", "[NaN]", "// c\n1", "\"\n\"", "[1e999]"})
    EXPECT_THAT(errorFor(text), HasSubstr("f.json: not valid JSON, at byte "))
        << text;
}

TEST(Json, RejectsInvalidUtf8) {
  EXPECT_NE(errorFor("\"\xff\""), "");
  EXPECT_NE(errorFor("\"\xc0\x80\""), "") << "overlong";
  EXPECT_NE(errorFor("\"\xed\xa0\x80\""), "") << "surrogate";
  EXPECT_NE(errorFor("\"\\ud800\""), "") << "lone surrogate";
}

TEST(Json, RejectsNulBytes) {
  EXPECT_THAT(errorFor(absl::string_view("{}\0{", 4)),
              HasSubstr("at byte 2: a NUL byte"));
}

TEST(Json, LimitsNesting) {
  JsonLimits limits;
  limits.depth = 3;
  EXPECT_EQ(errorFor("[[[1]]]", limits), "");
  EXPECT_THAT(errorFor("[[{\"a\":[1]}]]", limits),
              HasSubstr("at byte 8: nesting deeper than 3"));
  EXPECT_THAT(errorFor(std::string(1 << 20, '[')),
              HasSubstr("nesting deeper than 64"));
}

TEST(Json, LimitsSizeAndValues) {
  JsonLimits limits;
  limits.bytes = 4;
  EXPECT_EQ(errorFor("[10]", limits), "");
  EXPECT_EQ(errorFor("[100]", limits),
            "f.json: expects at most 4 bytes of JSON, got 5");
  limits = {};
  limits.values = 3;
  EXPECT_EQ(errorFor("[1,2]", limits), "");
  EXPECT_THAT(errorFor("[1,2,3]", limits), HasSubstr("more than 3 values"));
  EXPECT_THAT(errorFor("[1,2,[]]", limits), HasSubstr("more than 3 values"));
}

TEST(Json, ReadsFiles) {
  std::string path = testing::TempDir() + "/a.json";
  std::ofstream(path) << "{\"a\": 1}";
  EXPECT_EQ(readJson(path)->at("a").get<int>(), 1);
  JsonLimits limits;
  limits.bytes = 3;
  EXPECT_THAT(readJson(path, limits).status().message(),
              HasSubstr("expects at most 3 bytes of JSON, got 8"));
  EXPECT_THAT(readJson(path + "x").status().message(),
              HasSubstr("a.jsonx: cannot open"));
}

TEST(Json, QuotesForMessages) {
  EXPECT_EQ(quoteForMessage("a.b"), "'a.b'");
  EXPECT_EQ(quoteForMessage("a\nb"), "'a\\nb'");
  EXPECT_EQ(quoteForMessage(std::string(1000, 'x')).size(), 125u);
}
