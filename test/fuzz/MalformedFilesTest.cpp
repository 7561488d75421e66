//===- MalformedFilesTest.cpp - What is no file, or changes ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each reader of the runtime given a folder, a pipe, an empty file, a dangling
// link; and files that others rewrite while they are read.
//
//===----------------------------------------------------------------------===//

#include <atomic>
#include <fcntl.h>
#include <functional>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "runtime/Context.h"
#include "runtime/Npy.h"
#include "runtime/image/Dataset.h"
#include "runtime/image/Decode.h"
#include "test/runtime/TestModule.h"
#include "test/runtime/image/TestImages.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using Bytes = std::vector<uint8_t>;
using ::testing::StartsWith;

struct Reader {
  const char *what;
  std::function<absl::Status(const std::string &)> read;
  Bytes good;
};

void PrintTo(const Reader &reader, std::ostream *out) { *out << reader.what; }

std::vector<Reader> readers() {
  return {{"module",
           [](const std::string &path) { return Module::load(path).status(); },
           test::makeModule()},
          {"npy",
           [](const std::string &path) { return readNpy(path).status(); },
           formatNpy({2, 3}, {0, 1, 2, 3, 4, 5})},
          {"image",
           [](const std::string &path) { return readImage(path).status(); },
           test::encodeRgbPng(2, 1, Bytes(6, 7))}};
}

class MalformedFiles : public ::testing::TestWithParam<Reader> {
protected:
  /// An error that starts with the path, and returns at once.
  void expectRefused(const std::string &path) {
    const absl::Status status = GetParam().read(path);
    ASSERT_FALSE(status.ok()) << path;
    EXPECT_THAT(std::string(status.message()), StartsWith(path + ": "));
  }

  const std::string folder = test::scratchFolder();
  const std::string path = folder + "/file";
};

TEST_P(MalformedFiles, TheGoodFileIsRead) {
  EXPECT_TRUE(
      GetParam().read(test::writeScratch("good", GetParam().good)).ok());
}

TEST_P(MalformedFiles, WhatIsNoFile) {
  expectRefused(folder);
  expectRefused(path); // does not exist
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  expectRefused(path);
  ASSERT_EQ(
      ::symlink((folder + "/nothing").c_str(), (folder + "/dangling").c_str()),
      0);
  expectRefused(folder + "/dangling");
  ASSERT_EQ(::symlink("circle", (folder + "/circle").c_str()), 0);
  expectRefused(folder + "/circle");
  expectRefused("/dev/zero");
}

TEST_P(MalformedFiles, EmptyAndHugeFiles) {
  expectRefused(test::writeScratch("empty", {}));
  // Sparse: states a size that must not be believed.
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY, 0600);
  ASSERT_GE(file, 0);
  ASSERT_EQ(::ftruncate(file, off_t{1} << 40), 0);
  ::close(file);
  expectRefused(path);
}

/// Someone truncates and rewrites the file all the time: each read gives the
/// whole file or an error.
TEST_P(MalformedFiles, FilesThatChangeWhileTheyAreRead) {
  const Bytes &good = GetParam().good;
  const std::string changing = test::writeScratch("changing", good);
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    const int file = ::open(changing.c_str(), O_WRONLY);
    while (!stop) {
      EXPECT_EQ(::ftruncate(file, good.size() / 2), 0);
      EXPECT_EQ(::pwrite(file, good.data(), good.size(), 0),
                static_cast<ssize_t>(good.size()));
      std::this_thread::yield();
    }
    ::close(file);
  });
  for (int i = 0; i < 500; ++i)
    GetParam().read(changing).IgnoreError();
  stop = true;
  writer.join();
  EXPECT_TRUE(GetParam().read(changing).ok());
}

INSTANTIATE_TEST_SUITE_P(Readers, MalformedFiles,
                         ::testing::ValuesIn(readers()));

/// A file replaced by rename, the way every good writer replaces one, is the
/// old or the new one, never an error.
TEST(ReplacedFiles, LoadingSeesOneOfThem) {
  schema::HeaderT other = test::makeHeader();
  other.model = "other";
  const Bytes versions[] = {test::makeModule(), test::assemble(other)};
  const std::string path = test::writeScratch("a.mixq", versions[0]);
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      const std::string next = test::writeScratch("b.mixq", versions[i % 2]);
      EXPECT_EQ(::rename(next.c_str(), path.c_str()), 0);
    }
  });
  for (int i = 0; i < 200; ++i) {
    auto module = Module::load(path);
    EXPECT_TRUE(module.ok()) << module.status();
  }
  stop = true;
  writer.join();
}

/// Names in a dataset's list are paths inside it; a link there may lead to a
/// file elsewhere (data sets are often links), but is never followed in
/// circles.
TEST(DatasetLinks, CirclesEnd) {
  const std::string folder = test::scratchFolder();
  ASSERT_EQ(::mkdir((folder + "/cat").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("..", (folder + "/cat/up").c_str()), 0);
  ASSERT_EQ(::symlink("self.png", (folder + "/cat/self.png").c_str()), 0);
  const auto dataset = openDataset(folder);
  if (!dataset.ok())
    return;
  for (const Sample &sample : dataset->samples)
    EXPECT_FALSE(readImage(sample.path).ok()) << sample.path;
}

} // namespace
} // namespace mixq
