//===- safetensors_test.cpp - Tests of the safetensors archive ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/Safetensors.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mixq;
using testing::ElementsAre;
using testing::HasSubstr;

static std::string littleEndian(uint64_t value) {
  return std::string(reinterpret_cast<char *>(&value), sizeof(value));
}

/// An archive with this header and this many bytes of data.
static std::string archiveOf(const std::string &header, size_t dataSize) {
  return littleEndian(header.size()) + header + std::string(dataSize, '\1');
}

static absl::StatusOr<Archive> parse(const std::string &bytes) {
  return parseSafetensors(reinterpret_cast<const uint8_t *>(bytes.data()),
                          bytes.size(), "m.st");
}

/// The error for an archive, or "" if there is none.
static std::string errorFor(const std::string &header, size_t dataSize) {
  return std::string(parse(archiveOf(header, dataSize)).status().message());
}

static std::string entry(const std::string &dtype, const std::string &shape,
                         const std::string &offsets) {
  return absl::StrCat(R"({"dtype":)", dtype, R"(,"shape":)", shape,
                      R"(,"data_offsets":)", offsets, "}");
}

//===----------------------------------------------------------------------===//
// What is well formed
//===----------------------------------------------------------------------===//

TEST(SafetensorsReader, ReadsTensorsAndMetadata) {
  std::string header =
      R"({"__metadata__":{"format":"pt"},"a":{"dtype":"I32","shape":[2],"data_offsets":[1,9]},)"
      R"("b":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}   )";
  std::string bytes = littleEndian(header.size()) + header + "\x05" +
                      std::string("\1\0\0\0\2\0\0\0", 8);
  auto archive = parse(bytes);
  ASSERT_TRUE(archive.ok()) << archive.status();
  EXPECT_EQ(archive->metadata.at("format"), "pt");
  ASSERT_EQ(archive->tensors.size(), 2u);
  const Tensor &a = archive->tensors.at("a");
  EXPECT_EQ(a.type(), DataType::S32);
  EXPECT_THAT(a.shape(), ElementsAre(2));
  EXPECT_EQ(a.data<int32_t>()[1], 2);
  const Tensor &b = archive->tensors.at("b");
  EXPECT_EQ(b.rank(), 0);
  EXPECT_EQ(b.data<uint8_t>()[0], 5);
}

TEST(SafetensorsReader, KnowsEveryElementType) {
  const std::pair<const char *, DataType> types[] = {
      {"F32", DataType::F32},   {"F64", DataType::F64}, {"F16", DataType::F16},
      {"BF16", DataType::BF16}, {"I32", DataType::S32}, {"I64", DataType::S64},
      {"I8", DataType::S8},     {"U8", DataType::U8}};
  for (auto [name, type] : types) {
    size_t size = 3 * sizeOf(type);
    auto archive = parse(
        archiveOf(absl::StrCat(R"({"t":)",
                               entry(absl::StrCat("\"", name, "\""), "[3]",
                                     absl::StrCat("[0,", size, "]")),
                               "}"),
                  size));
    ASSERT_TRUE(archive.ok()) << archive.status();
    EXPECT_EQ(archive->tensors.at("t").type(), type);
  }
}

TEST(SafetensorsReader, AcceptsEmptyArchivesAndTensors) {
  EXPECT_EQ(errorFor("{}", 0), "");
  EXPECT_EQ(
      errorFor(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
               R"("e":{"dtype":"F32","shape":[0,7],"data_offsets":[4,4]},)"
               R"("b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
               8),
      "");
}

//===----------------------------------------------------------------------===//
// What is not: one test a rule
//===----------------------------------------------------------------------===//

TEST(SafetensorsReader, FileTooShortForLength) {
  for (size_t size = 0; size < 8; ++size)
    EXPECT_EQ(parse(std::string(size, '\0')).status().message(),
              absl::StrCat("m.st: expects a safetensors archive, at least 8 "
                           "bytes, got ",
                           size));
}

TEST(SafetensorsReader, HeaderLongerThanFile) {
  EXPECT_EQ(parse(littleEndian(3) + "{}").status().message(),
            "m.st: header: expects a length of at most 2 bytes, got 3");
  EXPECT_THAT(parse(littleEndian(UINT64_MAX) + "{}").status().message(),
              HasSubstr("got 18446744073709551615"));
}

TEST(SafetensorsReader, HeaderLongerThanLimit) {
  EXPECT_THAT(errorFor(std::string(100'000'001, ' '), 0),
              HasSubstr("expects a length of at most 8388608 bytes"));
}

TEST(SafetensorsReader, HeaderIsNoObject) {
  for (const char *header : {"", "[]", " {}", "1", "\"{\""})
    EXPECT_EQ(errorFor(header, 0),
              "m.st: header: expects a JSON object, which begins with '{'");
}

TEST(SafetensorsReader, HeaderIsNoJson) {
  EXPECT_THAT(errorFor("{", 0), HasSubstr("m.st: header: not valid JSON"));
  EXPECT_THAT(errorFor("{} {}", 0), HasSubstr("not valid JSON"));
  EXPECT_THAT(errorFor("{\"\xff\":1}", 0), HasSubstr("not valid JSON"));
  EXPECT_THAT(errorFor(std::string("{}\0", 3), 0), HasSubstr("a NUL byte"));
}

TEST(SafetensorsReader, DuplicateTensor) {
  std::string one = entry("\"U8\"", "[1]", "[0,1]");
  EXPECT_THAT(errorFor(absl::StrCat(R"({"a":)", one, R"(,"a":)", one, "}"), 1),
              HasSubstr("duplicate key 'a'"));
  EXPECT_THAT(errorFor(R"({"a":{"dtype":"U8","dtype":"I8"}})", 1),
              HasSubstr("duplicate key 'dtype'"));
}

TEST(SafetensorsReader, HostileNesting) {
  EXPECT_THAT(errorFor("{\"a\":" + std::string(100000, '['), 0),
              HasSubstr("nesting deeper than 64"));
}

TEST(SafetensorsReader, EntryIsNoObject) {
  EXPECT_EQ(errorFor(R"({"a":[1]})", 0),
            "m.st: tensor 'a': expects an object, got [1]");
}

TEST(SafetensorsReader, MissingKeys) {
  EXPECT_THAT(errorFor(R"({"a":{"shape":[],"data_offsets":[0,1]}})", 1),
              HasSubstr("tensor 'a': expects the key 'dtype'"));
  EXPECT_THAT(errorFor(R"({"a":{"dtype":"U8","data_offsets":[0,1]}})", 1),
              HasSubstr("tensor 'a': expects the key 'shape'"));
  EXPECT_THAT(errorFor(R"({"a":{"dtype":"U8","shape":[]}})", 1),
              HasSubstr("tensor 'a': expects the key 'data_offsets'"));
}

TEST(SafetensorsReader, UnknownKey) {
  EXPECT_THAT(
      errorFor(R"({"a":{"dtype":"U8","shape":[],"data_offsets":[0,1],"x":1}})",
               1),
      HasSubstr("tensor 'a': expects only dtype, shape and data_offsets, got "
                "the key 'x'"));
}

TEST(SafetensorsReader, UnknownElementType) {
  for (const char *dtype : {"\"F8_E4M3\"", "\"BOOL\"", "\"f32\"", "4", "null"})
    EXPECT_THAT(
        errorFor(absl::StrCat(R"({"a":)", entry(dtype, "[1]", "[0,1]"), "}"),
                 1),
        HasSubstr(absl::StrCat("tensor 'a': expects a dtype of F32, "
                               "F64, F16, BF16, I32, I64, I8, U8, got ",
                               dtype)));
}

TEST(SafetensorsReader, InvalidShape) {
  for (const char *shape : {"[-1]", "[1.0]", "[\"1\"]", "[null]", "[[1]]",
                            "[9223372036854775808]", "[1e3]"})
    EXPECT_THAT(
        errorFor(absl::StrCat(R"({"a":)", entry("\"U8\"", shape, "[0,1]"), "}"),
                 1),
        HasSubstr("tensor 'a': expects extents that are integers of at "
                  "least 0"))
        << shape;
  EXPECT_THAT(
      errorFor(absl::StrCat(R"({"a":)", entry("\"U8\"", "4", "[0,1]"), "}"), 1),
      HasSubstr("tensor 'a': expects a shape of at most 32 extents, got 4"));
  std::string deep = "[1";
  for (int i = 0; i < 32; ++i)
    deep += ",1";
  EXPECT_THAT(errorFor(absl::StrCat(R"({"a":)",
                                    entry("\"U8\"", deep + "]", "[0,1]"), "}"),
                       1),
              HasSubstr("at most 32 extents, got array of 33 values"));
}

TEST(SafetensorsReader, SizeOverflows) {
  EXPECT_EQ(
      errorFor(absl::StrCat(
                   R"({"a":)",
                   entry("\"F32\"", "[4294967296,1073741824]", "[0,0]"), "}"),
               0),
      "m.st: tensor 'a': expects a size below 2^64, got [4294967296, "
      "1073741824] of F32");
}

TEST(SafetensorsReader, ZeroDoesNotHideOverflow) {
  EXPECT_THAT(
      errorFor(absl::StrCat(
                   R"({"a":)",
                   entry("\"F32\"", "[4294967296,4294967296,0]", "[0,0]"), "}"),
               0),
      HasSubstr("expects a size below 2^64"));
}

TEST(SafetensorsReader, InvalidOffsets) {
  for (const char *offsets :
       {"[0]", "[0,1,2]", "[-1,0]", "[0,1.0]", "1", "[0,null]", "{}"})
    EXPECT_THAT(
        errorFor(absl::StrCat(R"({"a":)", entry("\"U8\"", "[1]", offsets), "}"),
                 1),
        HasSubstr("tensor 'a': expects data_offsets of two integers of "
                  "at least 0, got "))
        << offsets;
}

TEST(SafetensorsReader, OffsetsOutsideTheData) {
  for (const char *offsets : {"[1,0]", "[0,2]", "[18446744073709551615,0]",
                              "[0,18446744073709551615]"})
    EXPECT_THAT(
        errorFor(absl::StrCat(R"({"a":)", entry("\"U8\"", "[1]", offsets), "}"),
                 1),
        HasSubstr("tensor 'a': expects data_offsets in order within "
                  "the file's 1 bytes of data, got "))
        << offsets;
}

TEST(SafetensorsReader, SizeContradictsOffsets) {
  EXPECT_EQ(
      errorFor(
          absl::StrCat(R"({"a":)", entry("\"F32\"", "[2,3]", "[0,23]"), "}"),
          23),
      "m.st: tensor 'a': expects 24 bytes for [2, 3] of F32, got data_offsets "
      "[0, 23]");
}

TEST(SafetensorsReader, Gap) {
  EXPECT_EQ(
      errorFor(absl::StrCat(R"({"a":)", entry("\"U8\"", "[1]", "[0,1]"),
                            R"(,"b":)", entry("\"U8\"", "[1]", "[2,3]"), "}"),
               3),
      "m.st: tensor 'b': expects to begin at byte 1 where the tensor before it "
      "ends (no gap), got 2");
}

TEST(SafetensorsReader, Overlap) {
  EXPECT_THAT(
      errorFor(absl::StrCat(R"({"a":)", entry("\"U8\"", "[2]", "[0,2]"),
                            R"(,"b":)", entry("\"U8\"", "[2]", "[1,3]"), "}"),
               3),
      HasSubstr("tensor 'b': expects to begin at byte 2 where the tensor "
                "before it ends (no overlap), got 1"));
  EXPECT_THAT(
      errorFor(absl::StrCat(R"({"a":)", entry("\"U8\"", "[2]", "[0,2]"),
                            R"(,"e":)", entry("\"U8\"", "[0]", "[1,1]"), "}"),
               2),
      HasSubstr("tensor 'e': expects to begin at byte 2"));
}

TEST(SafetensorsReader, TrailingBytes) {
  EXPECT_EQ(
      errorFor(absl::StrCat(R"({"a":)", entry("\"U8\"", "[1]", "[0,1]"), "}"),
               4),
      "m.st: expects the file to end with its last tensor, at byte 1 of the "
      "data, got 3 trailing bytes");
  EXPECT_THAT(errorFor("{}", 1), HasSubstr("got 1 trailing bytes"));
}

TEST(SafetensorsReader, InvalidMetadata) {
  EXPECT_THAT(errorFor(R"({"__metadata__":[]})", 0),
              HasSubstr("__metadata__: expects an object, got array"));
  EXPECT_THAT(errorFor(R"({"__metadata__":{"k":1}})", 0),
              HasSubstr("__metadata__: key 'k': expects a string, got 1"));
}

TEST(SafetensorsReader, TruncatedAtEveryByte) {
  std::string whole = archiveOf(
      absl::StrCat(R"({"a":)", entry("\"F32\"", "[2]", "[0,8]"), "}"), 8);
  ASSERT_TRUE(parse(whole).ok());
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(parse(whole.substr(0, size)).ok()) << size;
}
