//===- FileTest.cpp - Tests of files --------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/File.h"
#include "runtime/AtomicFile.h"

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "test/runtime/TestModule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string contentOf(const std::string &path) {
  auto bytes = readFile(path, 1000);
  return bytes.ok() ? std::string(bytes->begin(), bytes->end())
                    : std::string(bytes.status().message());
}

size_t countFiles(const std::string &folder) {
  return std::distance(fs::directory_iterator(folder),
                       fs::directory_iterator());
}

TEST(AtomicFile, WritesAndReplaces) {
  const std::string folder = test::scratchFolder(), path = folder + "/a";
  ASSERT_TRUE(writeFile(path, "one").ok());
  EXPECT_EQ(contentOf(path), "one");
  ASSERT_TRUE(writeFile(path, "").ok());
  EXPECT_EQ(contentOf(path), "");
  EXPECT_EQ(countFiles(folder), 1); // no temporary file stays
}

TEST(AtomicFile, NewFilesFollowTheUmask) {
  const std::string path = test::scratchFolder() + "/a";
  const mode_t before = ::umask(027);
  ASSERT_TRUE(writeFile(path, "x").ok());
  ::umask(before);
  struct stat status;
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640);
}

TEST(AtomicFile, FailuresLeaveNothing) {
  const std::string folder = test::scratchFolder();
  for (const std::string &path : {folder + "/none/a", folder}) {
    EXPECT_THAT(std::string(writeFile(path, "x").message()), HasSubstr(path));
    EXPECT_FALSE(checkWritable(path).ok());
  }
  EXPECT_EQ(countFiles(folder), 0);
}

TEST(AtomicFile, CheckingChangesNothing) {
  const std::string folder = test::scratchFolder(), path = folder + "/a";
  EXPECT_TRUE(checkWritable(path).ok());
  EXPECT_EQ(countFiles(folder), 0);
  ASSERT_TRUE(writeFile(path, "x").ok());
  EXPECT_TRUE(checkWritable(path).ok());
  EXPECT_EQ(contentOf(path), "x");
}

TEST(AtomicFile, LinksAreFollowedAndDevicesKept) {
  const std::string folder = test::scratchFolder();
  ASSERT_TRUE(writeFile(folder + "/target", "old").ok());
  fs::create_symlink("target", folder + "/link");
  ASSERT_TRUE(writeFile(folder + "/link", "new").ok());
  EXPECT_TRUE(fs::is_symlink(folder + "/link"));
  EXPECT_EQ(contentOf(folder + "/target"), "new");
  EXPECT_TRUE(writeFile("/dev/null", "x").ok());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_THAT(std::string(writeFile("/dev/full", "x").message()),
              HasSubstr("No space left"));
}

TEST(File, LimitsAndKinds) {
  const std::string path = test::writeScratch("a", {1, 2, 3});
  EXPECT_EQ(readFile(path, 3)->size(), 3);
  EXPECT_EQ(readFile(path, 2).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(readFile("/dev/zero", 10).ok());
  EXPECT_FALSE(readFile(test::scratchFolder(), 10).ok());
  EXPECT_EQ(readFile("/nonexistent", 1).status().code(),
            absl::StatusCode::kNotFound);
}

} // namespace
} // namespace mixq
