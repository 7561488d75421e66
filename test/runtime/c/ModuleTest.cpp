//===- ModuleTest.cpp - Modules in the C API ------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cstring>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "runtime/CpuFeatures.h"
#include "runtime/Text.h"
#include "runtime/Version.h"
#include "runtime/c/Handles.h"
#include "test/runtime/c/CApiFixture.h"

namespace mixq {
namespace test {
namespace {

using ::testing::HasSubstr;
using ::testing::StrEq;

TEST(CApiStatus, Versions) {
  EXPECT_STREQ(mixq_version(), version);
  EXPECT_EQ(absl::StrCat(MIXQ_VERSION_MAJOR, ".", MIXQ_VERSION_MINOR, ".",
                         MIXQ_VERSION_PATCH),
            version);
}

TEST(CApiStatus, Names) {
  EXPECT_STREQ(mixq_status_name(MIXQ_OK), "MIXQ_OK");
  EXPECT_STREQ(mixq_status_name(MIXQ_INTERNAL), "MIXQ_INTERNAL");
  EXPECT_STREQ(mixq_status_name(MIXQ_INTERNAL + 1), "unknown status");
  EXPECT_STREQ(mixq_status_name(-1), "unknown status");
}

TEST(CApiStatus, LastErrorBelongsToTheThread) {
  mixq_module *module = nullptr;
  EXPECT_EQ(mixq_module_load(nullptr, &module), MIXQ_INVALID_ARGUMENT);
  EXPECT_STREQ(mixq_last_error(), "mixq_module_load: path is NULL");
  std::thread([] { EXPECT_STREQ(mixq_last_error(), ""); }).join();
  EXPECT_STREQ(mixq_last_error(), "mixq_module_load: path is NULL");
}

TEST(CApiStatus, LastErrorIsOneBoundedLine) {
  mixq_module *module = nullptr;
  const std::string path = "no\nsuch\x7f" + std::string(3000, 'x');
  EXPECT_NE(mixq_module_load(path.c_str(), &module), MIXQ_OK);
  EXPECT_THAT(mixq_last_error(), HasSubstr("no?such?xxx"));
  EXPECT_EQ(std::strlen(mixq_last_error()), 1023u);
  // Cut between characters of UTF-8.
  std::string umlauts;
  for (int i = 0; i < 1000; ++i)
    umlauts += "\xc3\xa4";
  EXPECT_NE(mixq_module_load(umlauts.c_str(), &module), MIXQ_OK);
  EXPECT_TRUE(isCleanText(mixq_last_error()));
}

TEST(CApiLoad, NullArguments) {
  const std::vector<uint8_t> bytes = makeModule();
  expectError(mixq_module_load("x", nullptr), MIXQ_INVALID_ARGUMENT,
              "mixq_module_load: module is NULL");
  expectError(mixq_module_load_memory(bytes.data(), bytes.size(), nullptr),
              MIXQ_INVALID_ARGUMENT, "module is NULL");
  auto *module = reinterpret_cast<mixq_module *>(1);
  expectError(mixq_module_load_memory(nullptr, 5, &module),
              MIXQ_INVALID_ARGUMENT, "bytes is NULL");
  EXPECT_EQ(module, nullptr);
  mixq_module_free(nullptr);
}

TEST(CApiLoad, FilesThatAreNoModules) {
  mixq_module *module = nullptr;
  const std::string folder = scratchFolder();
  expectError(mixq_module_load((folder + "/none").c_str(), &module),
              MIXQ_NOT_FOUND, "No such file");
  expectError(mixq_module_load(folder.c_str(), &module), MIXQ_INVALID_ARGUMENT,
              "not a regular file");
  expectError(mixq_module_load(writeScratch("empty", {}).c_str(), &module),
              MIXQ_BAD_MODULE, "(F1)");
  EXPECT_EQ(module, nullptr);
}

TEST(CApiLoad, DamagedBytes) {
  std::vector<uint8_t> bytes = makeModule();
  mixq_module *module = nullptr;
  expectError(mixq_module_load_memory(bytes.data(), 3, &module),
              MIXQ_BAD_MODULE, "(F1)");
  expectError(mixq_module_load_memory(bytes.data(), bytes.size() - 1, &module),
              MIXQ_BAD_MODULE, "(F");
  bytes.back() ^= 1;
  expectError(mixq_module_load_memory(bytes.data(), bytes.size(), &module),
              MIXQ_BAD_MODULE, "(F13)");
}

TEST(CApiLoad, FromAFileThatVanishesAndUnalignedMemory) {
  const std::vector<uint8_t> bytes = makeModule();
  const std::string path = writeScratch("m.mixq", bytes);
  mixq_module *module = nullptr;
  ASSERT_EQ(mixq_module_load(path.c_str(), &module), MIXQ_OK);
  std::remove(path.c_str());
  EXPECT_NE(mixq_module_model(module), nullptr);
  mixq_module_free(module);
  std::vector<uint8_t> shifted(bytes.size() + 1);
  std::copy(bytes.begin(), bytes.end(), shifted.begin() + 1);
  ASSERT_EQ(mixq_module_load_memory(&shifted[1], bytes.size(), &module),
            MIXQ_OK);
  mixq_module_free(module);
}

TEST(CApiLoad, AModuleForAnotherCpu) {
  const char *lacking =
      hasCpuFeature("avxvnniint16") ? "avx512vp2intersect" : "avxvnniint16";
  if (hasCpuFeature(lacking))
    GTEST_SKIP() << "\nSKIPPED: this CPU has every feature";
  schema::HeaderT header = makeHeader();
  header.features = {lacking};
  const std::vector<uint8_t> bytes = assemble(header);
  mixq_module *module = nullptr;
  expectError(mixq_module_load_memory(bytes.data(), bytes.size(), &module),
              MIXQ_UNSUPPORTED, std::string("this CPU lacks ") + lacking);
}

TEST_F(CApi, Signature) {
  mixq_signature signature = MIXQ_SIGNATURE_INIT;
  ASSERT_EQ(mixq_module_signature(module, &signature), MIXQ_OK);
  EXPECT_EQ(signature.size, sizeof(signature));
  EXPECT_EQ(signature.channels, 3u);
  EXPECT_EQ(signature.height, 2u);
  EXPECT_EQ(signature.width, 4u);
  EXPECT_EQ(signature.classes, 24u);
  EXPECT_EQ(signature.input_elements, 24u);
}

/// A program compiled against a later header gets zeros in what it has more.
TEST_F(CApi, StructsOfOtherVersions) {
  struct {
    mixq_signature known;
    uint64_t later;
  } larger;
  std::memset(&larger, 0xff, sizeof(larger));
  larger.known.size = sizeof(larger);
  ASSERT_EQ(mixq_module_signature(module, &larger.known), MIXQ_OK);
  EXPECT_EQ(larger.known.size, sizeof(larger));
  EXPECT_EQ(larger.known.classes, 24u);
  EXPECT_EQ(larger.later, 0u);
  mixq_signature signature = MIXQ_SIGNATURE_INIT;
  signature.size = 4;
  signature.classes = 77;
  expectError(mixq_module_signature(module, &signature), MIXQ_INVALID_ARGUMENT,
              "size is 4");
  EXPECT_EQ(signature.classes, 77u);
}

TEST_F(CApi, Preprocessing) {
  mixq_preprocessing preprocessing = MIXQ_PREPROCESSING_INIT;
  ASSERT_EQ(mixq_module_preprocessing(module, &preprocessing), MIXQ_OK);
  const schema::HeaderT header = makeHeader();
  EXPECT_EQ(preprocessing.resize, header.preprocessing->resize);
  EXPECT_EQ(preprocessing.interpolation,
            static_cast<uint32_t>(header.preprocessing->interpolation));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(preprocessing.mean[i], header.preprocessing->mean[i]);
    EXPECT_EQ(preprocessing.std[i], header.preprocessing->std[i]);
  }
}

TEST_F(CApi, Texts) {
  const schema::HeaderT header = makeHeader();
  EXPECT_EQ(mixq_module_model(module), header.model);
  EXPECT_EQ(mixq_module_precision(module), header.precision);
  EXPECT_EQ(mixq_module_provenance(module), header.provenance);
  EXPECT_EQ(mixq_module_target(module), header.target);
  EXPECT_EQ(mixq_module_producer(module), header.producer);
}

TEST(CApiClassNames, WithAndWithout) {
  schema::HeaderT header = makeHeader();
  header.class_names.clear();
  mixq_module *bare = loadTestModule(header);
  EXPECT_STREQ(mixq_module_class_name(bare, 23), "");
  mixq_module_free(bare);
  for (int i = 0; i < elements; ++i)
    header.class_names.push_back(absl::StrCat("n", i));
  mixq_module *named = loadTestModule(header);
  EXPECT_STREQ(mixq_module_class_name(named, 23), "n23");
  EXPECT_EQ(mixq_module_class_name(named, 24), nullptr);
  EXPECT_THAT(mixq_last_error(),
              StrEq("mixq_module_class_name: index is 24, the module has 24 "
                    "classes"));
  mixq_module_free(named);
}

TEST_F(CApi, NullQueries) {
  mixq_signature signature = MIXQ_SIGNATURE_INIT;
  mixq_preprocessing preprocessing = MIXQ_PREPROCESSING_INIT;
  expectError(mixq_module_signature(nullptr, &signature), MIXQ_INVALID_ARGUMENT,
              "mixq_module_signature: module is NULL");
  expectError(mixq_module_signature(module, nullptr), MIXQ_INVALID_ARGUMENT,
              "signature is NULL");
  expectError(mixq_module_preprocessing(nullptr, &preprocessing),
              MIXQ_INVALID_ARGUMENT, "module is NULL");
  expectError(mixq_module_preprocessing(module, nullptr), MIXQ_INVALID_ARGUMENT,
              "preprocessing is NULL");
  for (auto *query :
       {mixq_module_model, mixq_module_precision, mixq_module_provenance,
        mixq_module_target, mixq_module_producer})
    EXPECT_EQ(query(nullptr), nullptr);
  EXPECT_THAT(mixq_last_error(), HasSubstr("mixq_module_producer"));
  EXPECT_EQ(mixq_module_class_name(nullptr, 0), nullptr);
}

TEST_F(CApi, HandlesOfOthersAreRefused) {
  mixq_signature signature = MIXQ_SIGNATURE_INIT;
  mixq_context *context = create();
  // What C lets pass with a cast.
  expectError(mixq_module_signature(
                  reinterpret_cast<const mixq_module *>(context), &signature),
              MIXQ_INVALID_ARGUMENT, "not a handle");
  std::strncpy(module->tag.version, "99.0", capi::Tag::versionSize);
  expectError(mixq_module_signature(module, &signature), MIXQ_INVALID_ARGUMENT,
              "belongs to version 99.0 of the library, this is version");
  std::strncpy(module->tag.version, version, capi::Tag::versionSize);
  mixq_context_free(context);
}

} // namespace
} // namespace test
} // namespace mixq
