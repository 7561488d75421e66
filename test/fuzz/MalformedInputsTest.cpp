//===- MalformedInputsTest.cpp - Malformed models by class ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the compiler reads, safetensors archives and config.json, beside the
// single cases of test/dialect/store and test/frontend: docs/fuzzing.md lists
// which class of damage is tested where.
//
//===----------------------------------------------------------------------===//

#include "dialect/store/Safetensors.h"
#include "frontend/Config.h"
#include "test/frontend/HuggingFaceModel.h"
#include "test/frontend/TinyModel.h"
#include "test/frontend/TinySwin.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <atomic>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace mixq;
using testing::HasSubstr;
using testing::StartsWith;

namespace fs = std::filesystem;

static std::string archiveOf(const std::string &header, size_t dataSize) {
  const uint64_t length = header.size();
  std::string file(sizeof(length), '\0');
  std::memcpy(file.data(), &length, sizeof(length));
  return file + header + std::string(dataSize, '\1');
}

static std::string smallArchive() {
  return archiveOf(
      R"({"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
      R"("b":{"dtype":"U8","shape":[4],"data_offsets":[24,28]}})",
      28);
}

static absl::StatusOr<Archive> parse(const std::string &file) {
  return parseSafetensors(reinterpret_cast<const uint8_t *>(file.data()),
                          file.size(), "file");
}

static std::string newFolder() {
  std::string folder = testing::TempDir() + "/malformed.XXXXXX";
  EXPECT_NE(::mkdtemp(folder.data()), nullptr);
  return folder;
}

static std::string write(const std::string &path, const std::string &bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

//===----------------------------------------------------------------------===//
// Safetensors
//===----------------------------------------------------------------------===//

/// Accepted with every byte accounted for, or refused in the file's name.
static bool isRefused(const std::string &file) {
  const absl::StatusOr<Archive> archive = parse(file);
  if (!archive.ok()) {
    EXPECT_THAT(std::string(archive.status().message()), StartsWith("file: "));
    return true;
  }
  size_t bytes = 0;
  for (const auto &[name, tensor] : archive->tensors)
    bytes += tensor.bytes();
  EXPECT_EQ(bytes, 28u);
  return false;
}

TEST(MalformedArchive, EveryBitFlipped) {
  std::string file = smallArchive();
  ASSERT_FALSE(isRefused(file));
  size_t refused = 0;
  const size_t bits = 8 * (file.size() - 28);
  for (size_t bit = 0; bit < bits; ++bit) {
    file[bit / 8] ^= static_cast<char>(1 << bit % 8);
    refused += isRefused(file);
    file[bit / 8] ^= static_cast<char>(1 << bit % 8);
  }
  // Another name, or a type of the same size, is a good archive.
  EXPECT_GT(refused, bits * 9 / 10);
}

TEST(MalformedArchive, CountsInTheMillions) {
  std::string shape = "[1";
  for (int i = 0; i < 1'000'000; ++i)
    shape += ",1";
  EXPECT_TRUE(isRefused(archiveOf(R"({"a":{"dtype":"U8","shape":)" + shape +
                                      R"(],"data_offsets":[0,1]}})",
                                  1)));
  std::string tensors = "{";
  for (int i = 0; i < 1'000'000; ++i)
    tensors += "\"" + std::to_string(i) + "\":[[[[[]]]]],";
  EXPECT_TRUE(isRefused(archiveOf(tensors + "\"z\":0}", 0)));
  EXPECT_TRUE(isRefused(archiveOf(std::string(5'000'000, '['), 0)));
  std::string nested;
  for (int i = 0; i < 1'000'000; ++i)
    nested += "{\"a\":";
  EXPECT_TRUE(isRefused(archiveOf(nested, 0)));
}

/// A tensor's name is a name: whatever it says, it is no path.
TEST(MalformedArchive, NamesArePathsOfNothing) {
  for (const char *name : {"../../etc/passwd", "/etc/passwd", "..", ".", "",
                           "a/../b", "c:\\\\x", "\\u0001"}) {
    const auto archive = parse(archiveOf(std::string("{\"") + name +
                                             R"(":{"dtype":"U8","shape":[1],)" +
                                             R"("data_offsets":[0,1]}})",
                                         1));
    ASSERT_TRUE(archive.ok()) << archive.status();
    EXPECT_EQ(archive->tensors.size(), 1u);
    const std::string folder = newFolder();
    ASSERT_TRUE(writeSafetensors(folder + "/out", *archive).ok());
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
  }
}

TEST(MalformedArchive, ThreadsReadOneFile) {
  const std::string path = write(newFolder() + "/a", smallArchive());
  std::atomic<int> read{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j)
        read += readSafetensors(path).ok();
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(read, 200);
}

TEST(MalformedArchive, TruncatedWhileItIsRead) {
  const std::string good = smallArchive();
  const std::string path = write(newFolder() + "/a", good);
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    const int file = ::open(path.c_str(), O_WRONLY);
    while (!stop) {
      EXPECT_EQ(::ftruncate(file, good.size() / 2), 0);
      EXPECT_EQ(::pwrite(file, good.data(), good.size(), 0),
                static_cast<ssize_t>(good.size()));
    }
    ::close(file);
  });
  for (int i = 0; i < 500; ++i) {
    const auto archive = readSafetensors(path);
    if (!archive.ok())
      EXPECT_THAT(std::string(archive.status().message()), StartsWith(path));
  }
  stop = true;
  writer.join();
  EXPECT_TRUE(readSafetensors(path).ok());
}

//===----------------------------------------------------------------------===//
// config.json
//===----------------------------------------------------------------------===//

static void expectWithinLimits(const VitNetwork &network) {
  EXPECT_LE(network.tokens(), kMaxTokens);
  EXPECT_EQ(network.embedDim, network.heads * network.headDim);
}

static void expectWithinLimits(const SwinNetwork &network) {
  for (const SwinStage &stage : network.stages) {
    EXPECT_LE(stage.paddedHeight() * stage.paddedWidth(), kMaxTokens);
    EXPECT_GE(stage.headDim, 1);
  }
}

/// Accepted within the limits, or refused in the file's name.
static bool isConfigRefused(const std::string &text) {
  const absl::StatusOr<ModelConfig> config = parseConfig(text, "file");
  if (config.ok()) {
    std::visit([](const auto &network) { expectWithinLimits(network); },
               config->network);
    return false;
  }
  EXPECT_THAT(std::string(config.status().message()), StartsWith("file: "));
  return true;
}

/// Both families in both layouts.
class MalformedConfig : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(
    Layouts, MalformedConfig,
    testing::Values(test::tinyConfig(),
                    test::HuggingFaceModel::huggingFaceConfig(),
                    test::tinySwinConfig(), test::huggingFaceSwinConfig()));

TEST_P(MalformedConfig, TruncatedAtEveryByte) {
  const std::string text = GetParam();
  ASSERT_FALSE(isConfigRefused(text));
  for (size_t size = 0; size < text.size(); ++size)
    EXPECT_TRUE(isConfigRefused(text.substr(0, size))) << size;
}

TEST_P(MalformedConfig, EveryBitFlipped) {
  std::string text = GetParam();
  for (size_t bit = 0; bit < 8 * text.size(); ++bit) {
    text[bit / 8] ^= static_cast<char>(1 << bit % 8);
    isConfigRefused(text);
    text[bit / 8] ^= static_cast<char>(1 << bit % 8);
  }
}

TEST_P(MalformedConfig, EveryNumberAtItsExtremes) {
  const std::string text = GetParam();
  for (const char *extreme :
       {"0", "-1", "2147483648", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", "1e308", "1e999", "-1e9",
        "0.5", "1e-400", "NaN", "null", "[]", "{}", "\"1\""})
    for (size_t at = text.find_first_of("0123456789"); at != text.npos;) {
      const size_t end = text.find_first_not_of("0123456789.", at);
      isConfigRefused(std::string(text).replace(at, end - at, extreme));
      at = text.find_first_of("0123456789", end);
    }
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

TEST(MalformedInputs, WhatIsNoFile) {
  const std::string folder = newFolder();
  ASSERT_EQ(::mkfifo((folder + "/pipe").c_str(), 0600), 0);
  fs::create_symlink("circle", folder + "/circle");
  write(folder + "/empty", "");
  for (const char *name : {"", "/none", "/pipe", "/circle", "/empty"}) {
    const std::string path = folder + name;
    for (const absl::Status &status :
         {readSafetensors(path).status(), readConfig(path).status()})
      EXPECT_THAT(std::string(status.message()), StartsWith(path + ": "));
  }
}
