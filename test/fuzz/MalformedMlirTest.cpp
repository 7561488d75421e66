//===- MalformedMlirTest.cpp - Malformed IR by class ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Damage to a graph that compiles, beside the single cases of test/dialect:
// none of it may crash, and none compile to kernels that read past a buffer.
//
//===----------------------------------------------------------------------===//

#include "dialect/IrText.h"
#include "test/fuzz/MlirPipelines.h"
#include "test/fuzz/Seeds.h"

#include "gtest/gtest.h"

using namespace mixq::fuzz;

static const std::string &graph() {
  static const std::string text = readText("test/fuzz/seeds/vit.mlir");
  return text;
}

static std::string replacedAll(std::string text, const std::string &from,
                               const std::string &to) {
  size_t count = 0;
  for (size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()), ++count)
    text.replace(at, from.size(), to);
  EXPECT_GT(count, 0u) << from;
  return text;
}

TEST(MalformedMlir, TheGraphCompiles) {
  EXPECT_EQ(processMlir(graph()), Accepted::W8A8);
}

TEST(MalformedMlir, TruncatedAtEveryByte) {
  for (size_t size = 0; size + 2 < graph().size(); ++size)
    EXPECT_NE(processMlir(graph().substr(0, size)), Accepted::W8A8) << size;
}

TEST(MalformedMlir, EveryByteWithABitFlipped) {
  std::string text = graph();
  for (size_t at = 0; at < text.size(); ++at) {
    const char good = text[at];
    text[at] ^= static_cast<char>(1 << at % 7);
    processMlir(text);
    text[at] = good;
  }
}

/// Each extent of each shape, and each other number.
TEST(MalformedMlir, EveryNumberAtItsExtremes) {
  const std::string digits = "0123456789";
  for (const char *extreme :
       {"0", "-1", "17", "2147483648", "9223372036854775807",
        "9223372036854775808", "18446744073709551616"})
    for (size_t at = graph().find_first_of(digits); at != std::string::npos;) {
      const size_t end = graph().find_first_not_of(digits, at);
      processMlir(std::string(graph()).replace(at, end - at, extreme));
      at = graph().find_first_of(digits, end);
    }
}

TEST(MalformedMlir, SizeProductsThatWrap) {
  for (const char *shape :
       {"4294967296x4294967296", "2147483648x2", "65536x65536",
        "9223372036854775807x2", "3037000500x3037000500"}) {
    const std::string type = std::string("tensor<") + shape + "xf32>";
    EXPECT_EQ(processMlir("func.func @main(%x: " + type + ") -> " + type +
                          " { %0 = mixq.gelu %x : " + type +
                          " return %0 : " + type + " }"),
              Accepted::No)
        << shape;
  }
}

TEST(MalformedMlir, ZeroAndNonFiniteScales) {
  for (const char *scale :
       {"0.0", "-0.0", "-1.0", "1.0e999", "0x7FF0000000000000",
        "0x7FF8000000000000", "0x7FF0000000000001", "1.0e-300", "1.0e300"})
    EXPECT_NE(processMlir(replacedAll(graph(), "scale = 0.02",
                                      std::string("scale = ") + scale)),
              Accepted::W8A8)
        << scale;
}

/// Weights that are NaN, infinite or huge; zeros are weights.
TEST(MalformedMlir, NonFiniteWeights) {
  for (const char *hash : {"f123456789abcdef", "e123456789abcdef"})
    EXPECT_NE(processMlir(replacedAll(graph(), "0123456789abcdef", hash)),
              Accepted::W8A8)
        << hash;
  EXPECT_NE(
      processMlir(replacedAll(graph(), "0123456789abcdef", "d123456789abcdef")),
      Accepted::No);
  EXPECT_EQ(
      processMlir(replacedAll(graph(), "0123456789abcdef", "c123456789abcdef")),
      Accepted::W8A8);
}

/// MLIR's parser would run out of stack.
TEST(MalformedMlir, NestingInTheMillions) {
  constexpr int many = 1'000'000;
  for (const char *open :
       {"[", "{a = ", "(", "tuple<", "module {\n", "!mixq.q<", "loc("}) {
    std::string text = "\n";
    for (int i = 0; i < many; ++i)
      text += open;
    const absl::Status status = mixq::checkBrackets(text, "a.mlir");
    EXPECT_NE(status.message().find("at most 256 deep"), std::string::npos)
        << open << status;
  }
}

/// Just below the limit the parser has stack enough, and what is no bracket
/// does not count.
TEST(MalformedMlir, NestingToTheLimit) {
  const std::string open(mixq::kMaxBracketDepth - 2, '[');
  const std::string close(open.size(), ']');
  const std::string text =
      "func.func private @f() attributes {a = " + open + close + "}";
  EXPECT_TRUE(mixq::checkBrackets(text, "a.mlir").ok());
  EXPECT_NE(processMlir(text), Accepted::No);
  EXPECT_TRUE(mixq::checkBrackets(graph(), "a.mlir").ok());
  std::string flat;
  for (int i = 0; i < 1000; ++i)
    flat += "// ((( \n\"[[[\\\"\" () -> () >= <= <a>";
  EXPECT_TRUE(mixq::checkBrackets(flat, "a.mlir").ok());
}
