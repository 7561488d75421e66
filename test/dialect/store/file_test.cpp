//===- file_test.cpp - Tests of InputFile and OutputFile ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/File.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace mixq;
using testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

class FileTest : public testing::Test {
protected:
  void SetUp() override {
    folder = fs::path(testing::TempDir()) /
             testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder);
    fs::create_directories(folder);
  }

  std::string path(const char *name) const { return folder / name; }

  static std::string contentOf(const std::string &path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  size_t countFiles() const {
    return std::distance(fs::directory_iterator(folder),
                         fs::directory_iterator());
  }

  fs::path folder;
};

} // namespace

TEST_F(FileTest, AppearsOnlyWhenCommitted) {
  {
    auto file = OutputFile::create(path("a"));
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE(file->write("hello", 5).ok());
    EXPECT_FALSE(fs::exists(path("a")));
    ASSERT_TRUE(file->commit().ok());
    EXPECT_EQ(contentOf(path("a")), "hello");
  }
  EXPECT_EQ(countFiles(), 1u);
}

TEST_F(FileTest, LeavesNothingWithoutCommit) {
  std::ofstream(path("a")) << "old";
  {
    auto file = OutputFile::create(path("a"));
    ASSERT_TRUE(file->write("new", 3).ok());
  }
  EXPECT_EQ(contentOf(path("a")), "old");
  EXPECT_EQ(countFiles(), 1u);
}

TEST_F(FileTest, WritesDevicesDirectly) {
  auto file = OutputFile::create("/dev/null");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->write("x", 1).ok());
  EXPECT_TRUE(file->commit().ok());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(FileTest, CannotWrite) {
  EXPECT_THAT(OutputFile::create(path("none/a")).status().message(),
              HasSubstr("none/a: cannot write: No such file"));
  EXPECT_THAT(OutputFile::create(folder).status().message(),
              HasSubstr("cannot write: Is a directory"));
  EXPECT_THAT(OutputFile::create("").status().message(),
              HasSubstr("expects an output path"));
}

TEST_F(FileTest, FullDeviceIsAnError) {
  auto file = OutputFile::create("/dev/full");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->write("x", 1).message(),
              HasSubstr("/dev/full: cannot write: No space left"));
}

TEST_F(FileTest, ReadsRangesAndFollowsLinks) {
  std::ofstream(path("a")) << "0123456789";
  fs::create_symlink(path("a"), path("link"));
  auto file = InputFile::open(path("link"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->size(), 10u);
  char text[4] = {};
  ASSERT_TRUE(file->readAt(4, text, 3).ok());
  EXPECT_STREQ(text, "456");
  EXPECT_THAT(file->readAt(8, text, 3).message(),
              HasSubstr("the file ends at byte 10, 1 bytes before it should"));
}

TEST_F(FileTest, OpensOnlyRegularFiles) {
  EXPECT_THAT(InputFile::open(folder).status().message(),
              HasSubstr("expects a regular file, got a directory"));
  EXPECT_THAT(InputFile::open("/dev/zero").status().message(),
              HasSubstr("expects a regular file, got a device"));
  EXPECT_THAT(InputFile::open(path("none")).status().message(),
              HasSubstr("cannot open: No such file"));
}
