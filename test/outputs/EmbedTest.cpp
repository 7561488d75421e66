//===- EmbedTest.cpp - Tests of embedding a module ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/embed/Embed.h"

#include "runtime/embed/EmbeddedFormat.h"
#include "test/runtime/TestModule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "llvm/Object/ELF.h"

#include <cstring>
#include <fstream>

namespace mixq {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<uint8_t>;

Bytes readCarrier(const char *name) {
  std::ifstream file(std::string("tools/") + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

template <typename T> std::string errorOf(llvm::Expected<T> result) {
  return result ? "" : llvm::toString(result.takeError());
}

size_t findMagic(const Bytes &image) {
  auto found = std::search(image.begin(), image.end(), embeddedMagic,
                           embeddedMagic + sizeof(embeddedMagic));
  return found - image.begin();
}

TEST(EmbedModule, LiesOnAPageAtTheEnd) {
  const Bytes module = test::makeModule();
  for (const char *name :
       {"mixq-runner", "mixq-benchmarks", "libmixq_embedded.so"}) {
    auto image = embedModule(readCarrier(name), module);
    ASSERT_TRUE(static_cast<bool>(image));
    const size_t start = image->size() - module.size();
    EXPECT_EQ(start % 4096, 0u);
    EXPECT_TRUE(std::equal(module.begin(), module.end(), &(*image)[start]));
    EXPECT_EQ(std::memcmp(&(*image)[start - 4096], embeddedMagic,
                          sizeof(embeddedMagic)),
              0);
  }
}

TEST(EmbedModule, OnlyOnce) {
  const Bytes module = test::makeModule();
  auto image = embedModule(readCarrier("mixq-runner"), module);
  ASSERT_TRUE(static_cast<bool>(image));
  EXPECT_THAT(errorOf(embedModule(*image, module)), HasSubstr("bytes in"));
}

TEST(EmbedModule, CarriersThatAreNone) {
  const Bytes module = test::makeModule();
  EXPECT_NE(errorOf(embedModule(Bytes(), module)), "");
  EXPECT_NE(errorOf(embedModule(module, module)), "");
  Bytes carrier = readCarrier("mixq-runner");
  const size_t magic = findMagic(carrier);
  for (; findMagic(carrier) != carrier.size();) // the code has one to compare
    carrier[findMagic(carrier)] ^= 1;
  EXPECT_THAT(errorOf(embedModule(carrier, module)),
              HasSubstr("is of another version"));
  carrier = readCarrier("mixq-runner");
  carrier.resize(magic);
  EXPECT_NE(errorOf(embedModule(carrier, module)), "");
}

/// Whatever is damaged: an error or a result, never a crash.
TEST(EmbedModule, DamagedCarriers) {
  const Bytes module = test::makeModule();
  const Bytes carrier = readCarrier("libmixq_embedded.so");
  auto names = libraryNames("libx.so");
  ASSERT_TRUE(static_cast<bool>(names));
  auto tryIt = [&](const Bytes &damaged) {
    auto image = embedModule(damaged, module);
    if (!image)
      return llvm::consumeError(image.takeError());
    llvm::consumeError(renameLibrary(*image, *names));
  };
  auto *header =
      reinterpret_cast<const llvm::object::ELF64LE::Ehdr *>(carrier.data());
  std::vector<std::pair<size_t, size_t>> ranges = {
      {0, 0x1000}, {header->e_shoff, carrier.size()}};
  for (auto [begin, end] : ranges)
    for (size_t i = begin; i < end; i += 3) {
      Bytes damaged = carrier;
      damaged[i] ^= 0xff;
      tryIt(damaged);
    }
  for (size_t size = 0; size < carrier.size(); size += 4999)
    tryIt(Bytes(carrier.begin(), carrier.begin() + size));
}

TEST(LibraryNames, FollowFromTheFile) {
  const char *cases[][3] = {{"/a/libdigits.so", "libdigits.h", "digits"},
                            {"digits.so", "digits.h", "digits"},
                            {"lib8.5-x.so", "lib8.5-x.h", "model_8_5_x"}};
  for (auto &[path, header, prefix] : cases) {
    auto names = libraryNames(path);
    ASSERT_TRUE(static_cast<bool>(names)) << path;
    EXPECT_EQ(names->header, header);
    EXPECT_EQ(names->prefix, prefix);
  }
  for (const char *path : {"x", ".so", "lib.so", "libx.so.1", "/a/", ""})
    EXPECT_THAT(errorOf(libraryNames(path)), HasSubstr("[lib]NAME.so")) << path;
}

TEST(RenameLibrary, NamesThatAreTooLong) {
  Bytes image = readCarrier("libmixq_embedded.so");
  auto names = libraryNames("lib" + std::string(123, 'n') + ".so");
  ASSERT_TRUE(static_cast<bool>(names));
  EXPECT_THAT(llvm::toString(renameLibrary(image, *names)),
              HasSubstr("has 128 bytes, at most 127 are possible"));
  names = libraryNames(std::string(122, 'n') + ".so");
  EXPECT_FALSE(static_cast<bool>(renameLibrary(image, *names)));
}

TEST(LibraryHeader, TextsAreQuoted) {
  schema::HeaderT header = test::makeHeader();
  header.provenance = "a \"b\" \\ ?\?= */";
  auto names = libraryNames("libx.so");
  ASSERT_TRUE(static_cast<bool>(names));
  auto text = libraryHeader(test::assemble(header), *names);
  ASSERT_TRUE(static_cast<bool>(text));
  EXPECT_THAT(*text, HasSubstr("#define X_PROVENANCE "
                               "\"a \\\"b\\\" \\\\ \\?\\?= */\"\n"));
  EXPECT_THAT(*text, HasSubstr("#define X_CLASSES 24\n"));
  EXPECT_NE(errorOf(libraryHeader(Bytes(100), *names)), "");
}

} // namespace
} // namespace mixq
