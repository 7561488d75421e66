//===- ContainerTest.cpp - Tests of the container -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules F1 to F13 of docs/format.md: every byte of a file is covered.
//
//===----------------------------------------------------------------------===//

#include "runtime/Container.h"

#include <cstring>

#include "runtime/Hash.h"
#include "runtime/ModuleVerifier.h"
#include "test/runtime/TestModule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using test::makeModule;
using ::testing::HasSubstr;
using Bytes = std::vector<uint8_t>;

std::string messageOf(const Bytes &file) {
  return std::string(readContainer(file).status().message());
}

template <typename T> void put(Bytes &file, size_t offset, T value) {
  std::memcpy(&file[offset], &value, sizeof(value));
}

template <typename T> T get(const Bytes &file, size_t offset) {
  T value;
  std::memcpy(&value, &file[offset], sizeof(value));
  return value;
}

/// Changes the header and makes its hash right again.
template <typename Change> Bytes withHeader(Change change) {
  Bytes file = makeModule();
  const auto size = get<uint64_t>(file, 16);
  change(flatbuffers::GetMutableRoot<schema::Header>(&file[prologueSize]));
  put(file, 32, hashBytes(absl::MakeConstSpan(&file[prologueSize], size)));
  return file;
}

schema::Segment *segment(schema::Header *header, int index) {
  return const_cast<schema::Segment *>(header->segments()->Get(index));
}

/// The builder of the header has no mutators: finds the field's bytes.
void setField(schema::Segment *segment, flatbuffers::voffset_t field,
              uint64_t value) {
  auto *table = reinterpret_cast<flatbuffers::Table *>(segment);
  ASSERT_NE(table->GetAddressOf(field), nullptr);
  std::memcpy(table->GetAddressOf(field), &value, sizeof(value));
}

TEST(Container, RoundTrip) {
  const Bytes file = makeModule();
  auto container = readContainer(file);
  ASSERT_TRUE(container.ok()) << container.status();
  EXPECT_EQ(Bytes(container->code.begin(), container->code.end()),
            test::makeCode());
  EXPECT_EQ(Bytes(container->constants.begin(), container->constants.end()),
            test::makeConstants());
  EXPECT_EQ(container->header->model()->str(), "tiny");
  EXPECT_EQ((container->code.data() - file.data()) % segmentAlignment, 0);
  EXPECT_EQ((container->constants.data() - file.data()) % segmentAlignment, 0);
  EXPECT_TRUE(verifyModule(file).ok()) << verifyModule(file).status();
}

TEST(Container, SameArgumentsGiveTheSameBytes) {
  EXPECT_EQ(makeModule(), makeModule());
}

TEST(Container, EmptyConstants) {
  auto file = assembleModule(test::makeHeader(), test::makeCode(), {});
  ASSERT_TRUE(file.ok());
  auto container = readContainer(*file);
  ASSERT_TRUE(container.ok()) << container.status();
  EXPECT_TRUE(container->constants.empty());
}

TEST(Container, IncompleteHeaderIsRefused) {
  auto withoutSignature = test::makeHeader();
  withoutSignature.signature.reset();
  EXPECT_FALSE(assembleModule(withoutSignature, test::makeCode(), {}).ok());
  auto withoutKernel = test::makeHeader();
  withoutKernel.kernels[0].reset();
  EXPECT_FALSE(assembleModule(withoutKernel, test::makeCode(), {}).ok());
  auto withoutArgument = test::makeHeader();
  withoutArgument.steps[0]->arguments[1].reset();
  EXPECT_FALSE(assembleModule(withoutArgument, test::makeCode(), {}).ok());
}

TEST(Container, HeaderBeyondTheLimitIsRefused) {
  auto header = test::makeHeader();
  header.provenance.assign(maxHeaderSize, 'x');
  EXPECT_EQ(assembleModule(header, test::makeCode(), {}).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(Container, TruncationAtEveryByteFails) {
  const Bytes file = makeModule();
  for (size_t size = 0; size < file.size(); ++size) {
    const Bytes start(file.begin(), file.begin() + size);
    ASSERT_FALSE(readContainer(start).ok()) << size << " bytes";
  }
}

TEST(Container, EveryBitFlipFails) {
  Bytes file = makeModule();
  for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
    file[bit / 8] ^= 1 << bit % 8;
    ASSERT_FALSE(verifyModule(file).ok()) << "bit " << bit;
    file[bit / 8] ^= 1 << bit % 8;
  }
  EXPECT_TRUE(verifyModule(file).ok());
}

TEST(Container, TrailingBytesFail) {
  Bytes file = makeModule();
  file.push_back(0);
  EXPECT_THAT(messageOf(file), HasSubstr("(F5)"));
  put<uint64_t>(file, 24, file.size()); // a prologue that agrees
  EXPECT_THAT(messageOf(file), HasSubstr("(F11)"));
}

TEST(Container, Prologue) {
  struct {
    size_t offset;
    uint32_t value;
    const char *rule;
  } cases[] = {
      {0, 0, "(F1)"},    {8, 0, "(F2)"},        {8, 2, "(F2)"},
      {12, 63, "(F3)"},  {12, 65, "(F3)"},      {16, 0, "(F4)"},
      {16, 15, "(F4)"},  {16, 1 << 30, "(F4)"}, {20, 1, "(F4)"},
      {20, ~0U, "(F4)"}, {24, 64, "(F5)"},      {28, ~0U, "(F5)"},
      {32, 0, "(F6)"},   {40, 1, "(F7)"},       {60, 0x1000000, "(F7)"},
      {16, 512, "(F6)"}};
  for (const auto &c : cases) {
    Bytes file = makeModule();
    put(file, c.offset, c.value);
    EXPECT_THAT(messageOf(file), HasSubstr(c.rule)) << c.offset;
  }
}

TEST(Container, EmptyAndShortFiles) {
  EXPECT_THAT(messageOf({}), HasSubstr("(F1)"));
  EXPECT_THAT(messageOf(Bytes(63)), HasSubstr("(F1)"));
  EXPECT_THAT(messageOf(Bytes(64)), HasSubstr("(F1)"));
}

TEST(Container, HeaderMustBeAFlatbuffer) {
  Bytes file = makeModule();
  const auto size = get<uint64_t>(file, 16);
  const auto rehash = [&] {
    put(file, 32, hashBytes(absl::MakeConstSpan(&file[prologueSize], size)));
  };
  file[prologueSize + 4] ^= 1; // the identifier
  rehash();
  EXPECT_THAT(messageOf(file), HasSubstr("(F8)"));
  file[prologueSize + 4] ^= 1;
  put<uint32_t>(file, prologueSize, 0x7fffffff); // the root's offset
  rehash();
  EXPECT_THAT(messageOf(file), HasSubstr("(F8)"));
}

/// A header, small as a file, that lists one layer `count` times; and the
/// prologue that fits it, without segments.
Bytes repeatLayer(uint32_t count) {
  flatbuffers::FlatBufferBuilder builder;
  schema::HeaderT header = test::makeHeader();
  auto signature = schema::CreateSignature(builder, header.signature.get());
  auto preprocessing =
      schema::CreatePreprocessing(builder, header.preprocessing.get());
  auto layer = schema::CreateLayer(builder, header.layers[0].get());
  auto layers = builder.CreateVector(
      std::vector<flatbuffers::Offset<schema::Layer>>(count, layer));
  auto text = builder.CreateString("x");
  auto none = builder.CreateVector(
      std::vector<flatbuffers::Offset<flatbuffers::String>>());
  schema::FinishHeaderBuffer(
      builder, schema::CreateHeader(builder, text, text, text, text, text, none,
                                    signature, preprocessing, none, layers,
                                    {none.o}, {none.o}, {none.o}, 64));
  Bytes file = makeModule();
  file.resize(prologueSize);
  file.insert(file.end(), builder.GetBufferPointer(),
              builder.GetBufferPointer() + builder.GetSize());
  put<uint64_t>(file, 16, builder.GetSize());
  put<uint64_t>(file, 24, file.size());
  put(file, 32, hashBytes(absl::MakeConstSpan(file).subspan(prologueSize)));
  return file;
}

TEST(Container, TablesInTheMillionsAreRefused) {
  EXPECT_THAT(messageOf(repeatLayer(1000)), HasSubstr("(F9)"));
  EXPECT_THAT(messageOf(repeatLayer(1000000)), HasSubstr("(F8)"));
}

/// Hashes of damaged headers made right: the verifier alone must hold.
TEST(Container, DamagedHeadersWithRightHashesDoNotCrash) {
  Bytes file = makeModule();
  const auto size = get<uint64_t>(file, 16);
  int accepted = 0;
  for (size_t bit = 0; bit < 8 * size; ++bit) {
    file[prologueSize + bit / 8] ^= 1 << bit % 8;
    put(file, 32, hashBytes(absl::MakeConstSpan(&file[prologueSize], size)));
    accepted += verifyModule(file).ok(); // another name is a good module
    file[prologueSize + bit / 8] ^= 1 << bit % 8;
  }
  EXPECT_LT(accepted, static_cast<int>(8 * size));
}

TEST(Container, SegmentTable) {
  using S = schema::Segment;
  struct {
    int segment;
    flatbuffers::voffset_t field;
    uint64_t value;
    const char *rule;
  } cases[] = {{0, S::VT_OFFSET, 0, "(F10)"},
               {0, S::VT_OFFSET, 4097, "(F10)"},
               {0, S::VT_OFFSET, 8192, "(F10)"},
               {1, S::VT_OFFSET, UINT64_MAX, "(F10)"},
               {0, S::VT_SIZE, UINT64_MAX, "(F11)"},
               {0, S::VT_SIZE, 5000, "(F11)"},
               {1, S::VT_SIZE, UINT64_MAX, "(F11)"},
               {1, S::VT_SIZE, 97, "(F11)"},
               {0, S::VT_SIZE, 170, "(F13)"},
               {1, S::VT_SIZE, 95, "(F13)"},
               {0, S::VT_HASH, 1, "(F13)"},
               {1, S::VT_HASH, 1, "(F13)"}};
  for (const auto &c : cases) {
    const Bytes file = withHeader([&](schema::Header *header) {
      setField(segment(header, c.segment), c.field, c.value);
    });
    EXPECT_THAT(messageOf(file), HasSubstr(c.rule))
        << c.segment << " " << c.field << " " << c.value;
  }
}

TEST(Container, SegmentKindsAreInOrder) {
  const Bytes file = withHeader([&](schema::Header *header) {
    auto *table = reinterpret_cast<flatbuffers::Table *>(segment(header, 0));
    *table->GetAddressOf(schema::Segment::VT_KIND) = 1;
  });
  EXPECT_THAT(messageOf(file), HasSubstr("(F9)"));
}

TEST(Container, SegmentsAreTwo) {
  const Bytes file = withHeader([&](schema::Header *header) {
    auto *table = reinterpret_cast<flatbuffers::Table *>(header);
    auto *offset =
        const_cast<uint8_t *>(table->GetAddressOf(schema::Header::VT_SEGMENTS));
    uint8_t *vector = offset + flatbuffers::ReadScalar<uint32_t>(offset);
    flatbuffers::WriteScalar<uint32_t>(vector, 1);
  });
  EXPECT_THAT(messageOf(file), HasSubstr("(F9)"));
}

TEST(Container, PaddingIsZero) {
  Bytes file = makeModule();
  file[segmentAlignment - 1] = 1;
  EXPECT_THAT(messageOf(file), HasSubstr("(F12)"));
  file = makeModule();
  file[2 * segmentAlignment - 1] = 1;
  EXPECT_THAT(messageOf(file), HasSubstr("(F12)"));
}

TEST(Container, SegmentHashes) {
  Bytes file = makeModule();
  file[segmentAlignment] ^= 1;
  EXPECT_THAT(messageOf(file), HasSubstr("(F13) code"));
  file = makeModule();
  file.back() ^= 1;
  EXPECT_THAT(messageOf(file), HasSubstr("(F13) constants"));
}

} // namespace
} // namespace mixq
