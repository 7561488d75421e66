//===- ShardsTest.cpp - Archives in pieces, whole and broken --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/TensorFiles.h"
#include "test/Replaced.h"
#include "test/frontend/HuggingFaceModel.h"
#include "test/frontend/TinyModel.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <chrono>
#include <filesystem>
#include <fstream>

namespace mixq {
namespace {

namespace fs = std::filesystem;
using test::HuggingFaceModel;
using test::writeFile;
using testing::HasSubstr;

/// The error, which must come within 100 ms and name a file of the folder.
std::string refusal(const std::string &folder) {
  const auto start = std::chrono::steady_clock::now();
  const auto files = readTensorFiles(folder);
  const std::chrono::duration<double> elapsed =
      std::chrono::steady_clock::now() - start;
  EXPECT_LT(elapsed.count(), 0.1);
  EXPECT_FALSE(files.ok());
  const std::string message(files.status().message());
  EXPECT_EQ(message.rfind(folder + "/", 0), 0u) << message;
  return message;
}

std::string indexPath(const std::string &folder) {
  return folder + "/model.safetensors.index.json";
}

std::string readText(const std::string &path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(Shards, HoldWhatOneArchiveHolds) {
  const HuggingFaceModel model;
  const auto files = readTensorFiles(model.writeShards());
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->tensors.size(), model.archive.tensors.size());
  for (const auto &[name, tensor] : model.archive.tensors)
    EXPECT_EQ(files->tensors.at(name).hash(), tensor.hash()) << name;
}

/// As in the cache of Hugging Face, where all files are links.
TEST(Shards, MayBeLinksToFiles) {
  const std::string folder = HuggingFaceModel().writeShards();
  const std::string elsewhere = test::newFolder() + "/blob";
  fs::rename(folder + "/model-0.safetensors", elsewhere);
  fs::create_symlink(elsewhere, folder + "/model-0.safetensors");
  EXPECT_TRUE(readTensorFiles(folder).ok());
}

TEST(Shards, AnIndexNamesFilesOfItsFolderOnly) {
  for (const char *name :
       {"../model-0.safetensors", "/etc/passwd", "/tmp/a.safetensors",
        "sub/a.safetensors", "..", ".", "", "a\\b.safetensors", ".safetensors",
        "config.json", "a.safetensors/.."}) {
    const std::string folder = HuggingFaceModel().writeShards();
    writeFile(
        indexPath(folder),
        test::replaced(readText(indexPath(folder)), "\"model-0.safetensors\"",
                       "\"" +
                           std::string(name == std::string("a\\b.safetensors")
                                           ? "a\\\\b.safetensors"
                                           : name) +
                           "\""));
    EXPECT_THAT(refusal(folder),
                HasSubstr("expects the name of a .safetensors file in the same "
                          "folder, found "))
        << name;
  }
}

TEST(Shards, AnIndexIsAMapOfNames) {
  for (const char *text :
       {"", "[]", "{", "{}", R"({"weight_map": {}})", R"({"weight_map": []})",
        R"({"weight_map": {"a": 1}})", R"({"weight_map": {"a": null}})",
        R"({"weight_map": {"a": "a.safetensors", "a": "b.safetensors"}})",
        R"({"weight_map": {"a": "a.safetensors"}, "other": 1})"}) {
    const std::string folder = test::newFolder();
    writeFile(indexPath(folder), text);
    EXPECT_THAT(refusal(folder), HasSubstr(indexPath(folder))) << text;
  }
}

TEST(Shards, EachTensorIsWhereTheIndexSays) {
  std::string folder = HuggingFaceModel().writeShards();
  fs::copy_file(folder + "/model-1.safetensors",
                folder + "/model-0.safetensors",
                fs::copy_options::overwrite_existing);
  EXPECT_THAT(refusal(folder), HasSubstr("as the index says, found none"));

  folder = HuggingFaceModel().writeShards();
  ASSERT_TRUE(writeSafetensors(folder + "/model-0.safetensors",
                               HuggingFaceModel().archive)
                  .ok());
  EXPECT_THAT(refusal(folder),
              HasSubstr("expects only tensors that the index places here"));

  folder = HuggingFaceModel().writeShards();
  fs::remove(folder + "/model-1.safetensors");
  EXPECT_THAT(refusal(folder), HasSubstr("model-1.safetensors: cannot open"));
}

TEST(Shards, LinksThatAreNoFiles) {
  for (const char *target : {"nowhere", "model-0.safetensors", "..", "/dev"}) {
    const std::string folder = HuggingFaceModel().writeShards();
    fs::remove(folder + "/model-0.safetensors");
    fs::create_symlink(target, folder + "/model-0.safetensors");
    EXPECT_THAT(refusal(folder), HasSubstr("/model-0.safetensors: ")) << target;
  }
}

/// A link that leads nowhere does not make the index count.
TEST(Shards, ADanglingArchiveIsNotAnAbsentOne) {
  const std::string folder = HuggingFaceModel().writeShards();
  fs::create_symlink("nowhere", folder + "/model.safetensors");
  EXPECT_THAT(refusal(folder), HasSubstr("/model.safetensors: cannot open"));
}

//===----------------------------------------------------------------------===//
// One archive, by class of malformation
//===----------------------------------------------------------------------===//

std::string archiveOf(const std::string &header, const std::string &data,
                      uint64_t length) {
  std::string bytes(reinterpret_cast<const char *>(&length), sizeof(length));
  return bytes + header + data;
}

std::string refusalOf(const std::string &bytes) {
  const std::string folder = test::newFolder();
  writeFile(folder + "/model.safetensors", bytes);
  return refusal(folder);
}

std::string refusalOf(const std::string &header, const std::string &data) {
  return refusalOf(archiveOf(header, data, header.size()));
}

TEST(MalformedArchive, DuplicateKeys) {
  const std::string entry =
      R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  EXPECT_THAT(refusalOf("{\"a\":" + entry + ",\"a\":" + entry + "}",
                        std::string(4, '\0')),
              HasSubstr("a"));
}

TEST(MalformedArchive, OverlapsAndGaps) {
  const auto header = [](int begin) {
    return R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
           R"("b":{"dtype":"F32","shape":[1],"data_offsets":[)" +
           std::to_string(begin) + "," + std::to_string(begin + 4) + "]}}";
  };
  EXPECT_THAT(refusalOf(header(4), std::string(8, '\0')),
              HasSubstr("no overlap"));
  EXPECT_THAT(refusalOf(header(12), std::string(16, '\0')),
              HasSubstr("no gap"));
  EXPECT_THAT(refusalOf(header(8), std::string(16, '\0')),
              HasSubstr("trailing bytes"));
}

TEST(MalformedArchive, HeaderOf100Megabytes) {
  EXPECT_THAT(refusalOf(archiveOf("{", "", 100'000'000)),
              HasSubstr("expects a length of at most 1 bytes"));
  // In a file that is as long.
  const std::string folder = test::newFolder();
  const std::string file = folder + "/model.safetensors";
  writeFile(file, archiveOf("{", "", 100'000'000));
  fs::resize_file(file, 100'000'100);
  EXPECT_THAT(refusal(folder), HasSubstr("at most 8388608 bytes"));
}

TEST(MalformedArchive, LengthInTheWrongOrderOfBytes) {
  const std::string header =
      R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  EXPECT_THAT(refusalOf(archiveOf(header, std::string(4, '\0'),
                                  __builtin_bswap64(header.size()))),
              HasSubstr("expects a length"));
}

} // namespace
} // namespace mixq
