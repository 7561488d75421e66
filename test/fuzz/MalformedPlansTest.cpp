//===- MalformedPlansTest.cpp - Plans and analyses, malformed -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The classes of docs/fuzzing.md that go through every byte or number of a plan
// and of an analysis.
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/PlanTexts.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mixq;
using ::testing::StartsWith;

namespace {

bool isAnalysis(const std::string &text) {
  return text.find("mixq-analysis") < text.find("mixq-plan");
}

/// Refused in the file's name, or accepted and written as what was accepted.
bool isRefused(const std::string &text, bool asAnalysis) {
  absl::Status status;
  std::string written, again;
  if (asAnalysis) {
    const auto read = parseAnalysis(text, "file");
    status = read.status();
    if (read.ok())
      again = writeAnalysis(*parseAnalysis(written = writeAnalysis(*read), ""));
  } else {
    const ModelUnits model = makeTestUnits();
    const auto read = parsePlan(text, "file", model);
    status = read.status();
    if (read.ok())
      again = writePlan(*parsePlan(written = writePlan(*read), "", model));
  }
  if (!status.ok())
    EXPECT_THAT(std::string(status.message()), StartsWith("file: "));
  EXPECT_EQ(written, again) << text;
  return !status.ok();
}

class MalformedPlan : public testing::TestWithParam<std::string> {
protected:
  const std::string text = GetParam();
  const bool asAnalysis = isAnalysis(text);
};

TEST_P(MalformedPlan, TruncatedAtEveryByte) {
  ASSERT_FALSE(isRefused(text, asAnalysis));
  const size_t end = text.rfind('}');
  for (size_t size = 0; size <= end; ++size)
    EXPECT_TRUE(isRefused(text.substr(0, size), asAnalysis)) << size;
}

TEST_P(MalformedPlan, EveryBitFlipped) {
  std::string changed = text;
  size_t refused = 0;
  for (size_t bit = 0; bit < 8 * text.size(); ++bit) {
    changed[bit / 8] ^= static_cast<char>(1 << bit % 8);
    refused += isRefused(changed, asAnalysis);
    changed[bit / 8] ^= static_cast<char>(1 << bit % 8);
  }
  // Other names, other numbers within their limits and totals, which nobody
  // reads, make good files.
  EXPECT_GT(refused, 8 * text.size() / 2);
}

TEST_P(MalformedPlan, EveryNumberAtItsExtremes) {
  size_t refused = 0;
  for (const char *extreme :
       {"0", "-1", "2147483648", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", "1e308", "1e999", "-1e9",
        "0.5", "1e-400", "NaN", "null", "[]", "{}", "\"1\""})
    for (size_t at = text.find_first_of("0123456789"); at != text.npos;) {
      const size_t end = text.find_first_not_of("0123456789.", at);
      refused += isRefused(std::string(text).replace(at, end - at, extreme),
                           asAnalysis);
      at = text.find_first_of("0123456789", end);
    }
  EXPECT_GT(refused, 0u);
}

TEST_P(MalformedPlan, DuplicateKeys) {
  for (const char *key : {"\"format\"", "\"model\"", "\"name\"", "\"macs\""}) {
    const size_t at = text.find(key);
    ASSERT_NE(at, text.npos) << key;
    EXPECT_TRUE(isRefused(
        std::string(text).insert(at, std::string(key) + ": 1, "), asAnalysis))
        << key;
  }
}

TEST_P(MalformedPlan, NestingInTheMillions) {
  const std::string deep(1'000'000, '[');
  EXPECT_TRUE(isRefused(deep, asAnalysis));
  const size_t at = text.find("\"units\"");
  EXPECT_TRUE(isRefused(text.substr(0, at) + "\"x\": " + deep, asAnalysis));
}

INSTANTIATE_TEST_SUITE_P(Files, MalformedPlan,
                         testing::ValuesIn(fuzz::planTexts()),
                         [](const auto &info) {
                           return (isAnalysis(info.param) ? "Analysis"
                                                          : "Plan") +
                                  std::to_string(info.index);
                         });

} // namespace
