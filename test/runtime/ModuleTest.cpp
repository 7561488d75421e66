//===- ModuleTest.cpp - Tests of the loader -------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Module.h"

#include <cstdio>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "runtime/CpuFeatures.h"
#include "test/runtime/TestModule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string failure(const std::string &path) {
  return std::string(Module::load(path).status().message());
}

TEST(Module, LoadsAFile) {
  auto module = Module::load(test::writeScratch("a.mixq", test::makeModule()));
  ASSERT_TRUE(module.ok()) << module.status();
  EXPECT_EQ((*module)->inputElements(), 24);
  EXPECT_EQ((*module)->outputElements(), 24);
  EXPECT_EQ((*module)->fileSize(), test::makeModule().size());
  EXPECT_TRUE((*module)->isExecutable());
}

TEST(Module, WhatIsNoModuleIsRefused) {
  EXPECT_THAT(failure("/nonexistent/a.mixq"),
              AllOf(HasSubstr("/nonexistent/a.mixq"), HasSubstr("No such")));
  EXPECT_THAT(failure(test::scratchFolder()), HasSubstr("regular file"));
  EXPECT_THAT(failure("/dev/zero"), HasSubstr("regular file"));
  EXPECT_THAT(failure(test::writeScratch("empty.mixq", {})),
              AllOf(HasSubstr("empty.mixq: "), HasSubstr("(F1)")));
  const std::string pipe = test::scratchFolder() + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(failure(pipe), HasSubstr("regular file"));
}

TEST(Module, ErrorsNameTheFileAndTheRule) {
  auto bytes = test::makeModule();
  bytes.back() ^= 1;
  EXPECT_THAT(failure(test::writeScratch("bad.mixq", bytes)),
              AllOf(HasSubstr("bad.mixq: "), HasSubstr("(F13) constants")));
}

/// A stated size is not believed before memory is taken.
TEST(Module, StatedSizesAreCheckedFirst) {
  auto bytes = test::makeModule();
  bytes[28] = 0x7f; // 127 * 2^32 more
  EXPECT_THAT(failure(test::writeScratch("huge.mixq", bytes)),
              HasSubstr("(F5)"));
}

TEST(Module, MissingCpuFeaturesAreNamed) {
  std::string missing;
  for (const char *name : {"avx512vp2intersect", "avx512fp16", "avxvnniint16",
                           "avxifma", "avxvnniint8", "avx512bf16"})
    if (!hasCpuFeature(name))
      missing = name;
  if (missing.empty()) {
    std::printf("SKIPPED: this CPU has every feature known\n");
    return;
  }
  auto header = test::makeHeader();
  header.features.push_back(missing);
  const auto bytes = test::assemble(header);
  auto module = Module::fromMemory(bytes);
  EXPECT_EQ(module.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(module.status().message()),
              HasSubstr("this CPU lacks " + missing));
  auto inspected = Module::fromMemory(bytes, Purpose::Inspection);
  ASSERT_TRUE(inspected.ok()) << inspected.status();
  EXPECT_FALSE((*inspected)->isExecutable());
}

/// The permissions of the mapping that holds `address`, as "r-xp".
std::string permissionsOf(const void *address) {
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    unsigned long begin = 0, end = 0;
    char permissions[5] = "";
    std::sscanf(line.c_str(), "%lx-%lx %4s", &begin, &end, permissions);
    const auto value = reinterpret_cast<unsigned long>(address);
    if (begin <= value && value < end)
      return permissions;
  }
  return "";
}

TEST(Module, NothingIsWritableAndOnlyCodeExecutable) {
  auto module = Module::fromMemory(test::makeModule());
  ASSERT_TRUE(module.ok());
  EXPECT_EQ(permissionsOf((*module)->headerBytes().data()), "r--p");
  EXPECT_EQ(permissionsOf((*module)->code().data()), "r-xp");
  EXPECT_EQ(permissionsOf((*module)->constants().data()), "r--p");
  auto inspected = Module::fromMemory(test::makeModule(), Purpose::Inspection);
  EXPECT_EQ(permissionsOf((*inspected)->code().data()), "r--p");
}

TEST(Module, AFileReplacedAfterLoadingDoesNotMatter) {
  const std::string path = test::writeScratch("a.mixq", test::makeModule());
  auto module = Module::load(path);
  ASSERT_TRUE(module.ok());
  ASSERT_EQ(::truncate(path.c_str(), 0), 0);
  const auto &bytes = (*module)->constants();
  EXPECT_EQ(std::vector<uint8_t>(bytes.begin(), bytes.end()),
            test::makeConstants());
}

TEST(Module, ThreadsMayLoadOneFile) {
  const std::string path = test::writeScratch("a.mixq", test::makeModule());
  std::vector<std::thread> threads;
  std::atomic<int> loaded{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 20; ++j)
        loaded += Module::load(path).ok();
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(loaded, 80);
}

} // namespace
} // namespace mixq
