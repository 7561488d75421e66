//===- TextTest.cpp - Tests of text checks --------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Text.h"

#include <string>

#include "gtest/gtest.h"

namespace mixq {
namespace {

TEST(Text, CleanTexts) {
  for (const char *text :
       {"", "blocks.0.attn.qkv", "goldfish, Carassius auratus", "~", "\xc3\xa9",
        "\xe2\x82\xac", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf", "\xc2\xa0"})
    EXPECT_TRUE(isCleanText(text)) << text;
}

TEST(Text, ControlCharacters) {
  EXPECT_FALSE(isCleanText(absl::string_view("a\0b", 3)));
  for (const char *text :
       {"\n", "\t", "\x1b[31m", "\x7f", "\xc2\x80", "\xc2\x9f", "a\r"})
    EXPECT_FALSE(isCleanText(text));
}

TEST(Text, BrokenUtf8) {
  for (const char *text :
       {"\x80", "\xbf", "\xff", "\xfe", "\xf8\x88\x80\x80\x80", // no lead byte
        "\xc3", "\xe2\x82", "\xf0\x9f\x90", "\xc3g", "\xe2(\xa1",   // cut short
        "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", // overlong
        "\xed\xa0\x80", "\xed\xbf\xbf",          // surrogates
        "\xf4\x90\x80\x80", "\xf7\xbf\xbf\xbf"}) // past the last code point
    EXPECT_FALSE(isCleanText(text));
}

} // namespace
} // namespace mixq
