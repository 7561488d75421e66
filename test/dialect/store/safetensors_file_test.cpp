//===- safetensors_file_test.cpp - Tests of archives on disk --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/Safetensors.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace mixq;
using testing::HasSubstr;

TEST(SafetensorsFile, NamesTheFile) {
  std::string folder = testing::TempDir();
  EXPECT_THAT(readSafetensors(folder + "/none").status().message(),
              HasSubstr("/none: cannot open: No such file or directory"));
  EXPECT_THAT(readSafetensors(folder).status().message(),
              HasSubstr("expects a regular file, got a directory"));
  std::ofstream(folder + "/empty").flush();
  EXPECT_THAT(readSafetensors(folder + "/empty").status().message(),
              HasSubstr("/empty: expects a safetensors archive, at least 8 "
                        "bytes, got 0"));
}

static std::string contentOf(const std::string &path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

static Archive makeArchive() {
  Archive archive;
  archive.tensors["b"] = Tensor::of<uint8_t>({3}, {1, 2, 3});
  archive.tensors["c"] = Tensor::of<float>({1, 2}, {1, 2});
  archive.tensors["a"] = Tensor::of<float>({1}, {3});
  archive.tensors["empty"] = Tensor(DataType::F64, {0});
  archive.metadata["k"] = "v";
  return archive;
}

TEST(SafetensorsWriter, LayoutIsThatOfTheReferenceImplementation) {
  std::string path = testing::TempDir() + "/layout.safetensors";
  ASSERT_TRUE(writeSafetensors(path, makeArchive()).ok());
  std::string header =
      R"({"__metadata__":{"k":"v"},)"
      R"("empty":{"dtype":"F64","shape":[0],"data_offsets":[0,0]},)"
      R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
      R"("c":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]},)"
      R"("b":{"dtype":"U8","shape":[3],"data_offsets":[12,15]}})";
  std::string content = contentOf(path);
  uint64_t length = 0;
  std::memcpy(&length, content.data(), 8);
  EXPECT_EQ(length % 8, 0u);
  EXPECT_EQ(length, (header.size() + 7) / 8 * 8);
  header.resize(length, ' ');
  EXPECT_EQ(content.substr(8, length), header);
  EXPECT_EQ(content.size(), 8 + length + 15);
}

TEST(SafetensorsWriter, RoundTripIsByteIdentical) {
  std::string first = testing::TempDir() + "/first.safetensors";
  std::string second = testing::TempDir() + "/second.safetensors";
  ASSERT_TRUE(writeSafetensors(first, makeArchive()).ok());
  auto read = readSafetensors(first);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->metadata, makeArchive().metadata);
  EXPECT_EQ(read->tensors.size(), 4u);
  for (const auto &[name, tensor] : makeArchive().tensors)
    EXPECT_EQ(read->tensors.at(name).hash(), tensor.hash()) << name;
  ASSERT_TRUE(writeSafetensors(second, *read).ok());
  EXPECT_EQ(contentOf(first), contentOf(second));
}

TEST(SafetensorsWriter, RefusesWhatItCouldNotRead) {
  std::string path = testing::TempDir() + "/refused.safetensors";
  Archive archive;
  archive.tensors["__metadata__"] = Tensor::of<float>({1}, {1});
  EXPECT_THAT(writeSafetensors(path, archive).message(),
              HasSubstr("expects tensor names other than __metadata__"));
  archive.tensors.clear();
  archive.tensors["\xff"] = Tensor::of<float>({1}, {1});
  EXPECT_THAT(writeSafetensors(path, archive).message(),
              HasSubstr("expects tensor names and metadata in UTF-8"));
  archive.tensors.clear();
  archive.tensors["a"] = Tensor();
  EXPECT_THAT(writeSafetensors(path, archive).message(),
              HasSubstr("tensor 'a' has no value"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(SafetensorsWriter, CannotWrite) {
  EXPECT_THAT(writeSafetensors(testing::TempDir() + "/none/x", {}).message(),
              HasSubstr("/none/x: cannot write: No such file or directory"));
}
