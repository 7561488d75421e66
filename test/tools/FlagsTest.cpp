//===- FlagsTest.cpp - Tests of flags -------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/Flags.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Flags : public ::testing::Test {
protected:
  Flags() {
    command.usage = "test FILE...";
    command.summary = "A test.";
    command.flags = {{"force", "", "switch", &force},
                     {"output", "FILE", "text", &output},
                     {"o", "FILE", "short", &shortOutput},
                     {"json", "FILE.json", "optional", &json},
                     {"count", "N", "integer", &count},
                     {"seconds", "S", "number", &seconds}};
  }

  absl::Status parse(const std::vector<const char *> &arguments) {
    return command.parse(arguments);
  }
  std::string failure(const std::vector<const char *> &arguments) {
    CommandLine fresh = command; // the targets are shared
    return std::string(fresh.parse(arguments).message());
  }

  bool force = false;
  std::string output, shortOutput;
  OptionalText json;
  Integer count{7, 1, 100};
  PositiveNumber seconds{2};
  CommandLine command;
};

TEST_F(Flags, NothingGivenKeepsTheDefaults) {
  ASSERT_TRUE(parse({}).ok());
  EXPECT_FALSE(force || json.given || command.helpWanted);
  EXPECT_EQ(count.value, 7);
  EXPECT_THAT(command.positional, IsEmpty());
}

TEST_F(Flags, BothFormsInAnyOrder) {
  ASSERT_TRUE(parse({"a", "--output=x=y", "--force", "b", "--count", "9",
                     "--seconds=0.5", "-o", "short", "-"})
                  .ok());
  EXPECT_TRUE(force);
  EXPECT_EQ(output, "x=y");
  EXPECT_EQ(shortOutput, "short");
  EXPECT_EQ(count.value, 9);
  EXPECT_EQ(seconds.value, 0.5);
  EXPECT_THAT(command.positional, ElementsAre("a", "b", "-"));
}

TEST_F(Flags, AfterTwoDashesAllIsPositional) {
  ASSERT_TRUE(parse({"--force", "--", "--count", "-o", "--"}).ok());
  EXPECT_THAT(command.positional, ElementsAre("--count", "-o", "--"));
}

TEST_F(Flags, OptionalValues) {
  ASSERT_TRUE(parse({"--json", "module.mixq"}).ok());
  EXPECT_TRUE(json.given);
  EXPECT_EQ(json.value, "");
  EXPECT_THAT(command.positional, ElementsAre("module.mixq"));
  EXPECT_EQ(failure({"--json", "a.json"}), "");
  EXPECT_EQ(json.value, "a.json");
  EXPECT_EQ(failure({"--json", "-"}), "");
  EXPECT_EQ(json.value, "-");
  EXPECT_EQ(failure({"--json=b"}), "");
  EXPECT_EQ(json.value, "b");
}

TEST_F(Flags, WrongUsage) {
  EXPECT_THAT(failure({"--none"}), HasSubstr("unknown flag --none"));
  EXPECT_THAT(failure({"--none=3"}), HasSubstr("unknown flag --none"));
  EXPECT_THAT(failure({"-x"}), HasSubstr("unknown flag -x"));
  EXPECT_THAT(failure({"-output", "x"}), HasSubstr("unknown flag -output"));
  EXPECT_THAT(failure({"--forc"}), HasSubstr("unknown flag --forc"));
  EXPECT_THAT(failure({"--force=1"}), HasSubstr("takes no value"));
  EXPECT_THAT(failure({"--output"}), HasSubstr("needs a value: FILE"));
  EXPECT_THAT(failure({"--output", "--force"}), HasSubstr("needs a value"));
  EXPECT_THAT(failure({"--output="}), HasSubstr("value is empty"));
  EXPECT_THAT(failure({"--force", "--force"}), HasSubstr("given twice"));
  for (const char *value :
       {"0", "101", "-1", "x", "1.5", "9x", "1e1", "99999999999999999999"})
    EXPECT_THAT(failure({"--count", value}),
                HasSubstr("is not an integer from 1 to 100"));
  for (const char *value : {"0", "-1", "x", "inf", "nan", "1e999"})
    EXPECT_THAT(failure({"--seconds", value}),
                HasSubstr("is not a number above 0"));
}

TEST_F(Flags, NumbersOfArguments) {
  command.minPositional = 1;
  command.maxPositional = 2;
  EXPECT_THAT(failure({}), HasSubstr("missing"));
  EXPECT_EQ(failure({"a"}), "");
  EXPECT_THAT(failure({"a", "b", "c"}), HasSubstr("unexpected argument 'c'"));
}

TEST_F(Flags, HelpComesBeforeOtherErrors) {
  command.minPositional = 1;
  ASSERT_TRUE(parse({"--help", "--none"}).ok());
  EXPECT_TRUE(command.helpWanted);
  const std::string text = command.help();
  for (const char *part : {"usage: test FILE...", "A test.", "--output FILE",
                           "--json [FILE.json]", "-o FILE"})
    EXPECT_THAT(text, HasSubstr(part));
}

} // namespace
} // namespace mixq
