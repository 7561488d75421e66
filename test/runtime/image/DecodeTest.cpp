//===- DecodeTest.cpp - Tests of the decoders -----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Expected pixels are those of PIL's Image.open(...).convert("RGB").
//
//===----------------------------------------------------------------------===//

#include "runtime/image/Decode.h"

#include <cstring>
#include <sys/resource.h>

#include <png.h>

#include "test/runtime/TestModule.h"
#include "test/runtime/image/TestImages.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using test::Bytes;
using test::encodeJpeg;
using test::encodePng;
using ::testing::HasSubstr;

Bytes decode(const Bytes &file) {
  auto image = decodeImage(file);
  EXPECT_TRUE(image.ok()) << image.status();
  return image.ok() ? image->pixels : Bytes();
}

std::string failure(const Bytes &file) {
  return std::string(decodeImage(file).status().message());
}

Bytes makeBytes(size_t count) {
  Bytes bytes(count);
  for (size_t i = 0; i < count; ++i)
    bytes[i] = static_cast<uint8_t>(i * 37 + 11);
  return bytes;
}

TEST(DecodePng, Rgb) {
  const Bytes pixels = makeBytes(5 * 3 * 3);
  auto image = decodeImage(test::encodeRgbPng(5, 3, pixels));
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_EQ(image->width, 5);
  EXPECT_EQ(image->height, 3);
  EXPECT_EQ(image->pixels, pixels);
  EXPECT_EQ(decode(encodePng({5, 3, 8, PNG_COLOR_TYPE_RGB, true, pixels})),
            pixels);
}

TEST(DecodePng, GreyOfAllDepths) {
  EXPECT_EQ(decode(encodePng({2, 1, 8, PNG_COLOR_TYPE_GRAY, false, {7, 200}})),
            (Bytes{7, 7, 7, 200, 200, 200}));
  EXPECT_EQ(decode(encodePng({2, 1, 4, PNG_COLOR_TYPE_GRAY, false, {0x3f}})),
            (Bytes{51, 51, 51, 255, 255, 255}));
  EXPECT_EQ(decode(encodePng({2, 1, 2, PNG_COLOR_TYPE_GRAY, false, {0x60}})),
            (Bytes{85, 85, 85, 170, 170, 170}));
  EXPECT_EQ(decode(encodePng({2, 1, 1, PNG_COLOR_TYPE_GRAY, false, {0x40}})),
            (Bytes{0, 0, 0, 255, 255, 255}));
}

TEST(DecodePng, AlphaIsDroppedNotBlended) {
  EXPECT_EQ(decode(encodePng(
                {1, 1, 8, PNG_COLOR_TYPE_RGB_ALPHA, false, {10, 20, 30, 0}})),
            (Bytes{10, 20, 30}));
  EXPECT_EQ(
      decode(encodePng({1, 1, 8, PNG_COLOR_TYPE_GRAY_ALPHA, false, {90, 128}})),
      (Bytes{90, 90, 90}));
}

TEST(DecodePng, PalettesWithTransparency) {
  EXPECT_EQ(decode(encodePng({2,
                              1,
                              8,
                              PNG_COLOR_TYPE_PALETTE,
                              false,
                              {1, 0},
                              {1, 2, 3, 4, 5, 6},
                              {0, 128}})),
            (Bytes{4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(decode(encodePng({2,
                              1,
                              1,
                              PNG_COLOR_TYPE_PALETTE,
                              false,
                              {0x40},
                              {1, 2, 3, 4, 5, 6}})),
            (Bytes{1, 2, 3, 4, 5, 6}));
}

TEST(DecodePng, SixteenBits) {
  EXPECT_EQ(
      decode(encodePng(
          {1, 1, 16, PNG_COLOR_TYPE_RGB, false, {10, 255, 20, 0, 30, 128}})),
      (Bytes{10, 20, 30}));
  EXPECT_THAT(
      failure(encodePng({1, 1, 16, PNG_COLOR_TYPE_GRAY, false, {1, 2}})),
      HasSubstr("16-bit grey"));
}

TEST(DecodePng, EveryTruncationFails) {
  const Bytes file = test::encodeRgbPng(4, 4, makeBytes(48));
  for (size_t size = 0; size < file.size(); ++size)
    ASSERT_FALSE(decodeImage(Bytes(file.begin(), file.begin() + size)).ok())
        << size;
}

/// Each chunk has a checksum, so damage is found: all but that of a chunk's
/// case bit or of what follows the image.
TEST(DecodePng, FlippedDataFail) {
  Bytes file = test::encodeRgbPng(4, 4, makeBytes(48));
  for (size_t byte = 33; byte < file.size() - 12; ++byte) {
    file[byte] ^= 0x10;
    EXPECT_THAT(failure(file), HasSubstr("broken PNG")) << byte;
    file[byte] ^= 0x10;
  }
}

/// The file with another size in its header, whose checksum is right.
Bytes withSize(Bytes file, uint32_t width, uint32_t height) {
  const auto store = [&](int at, uint32_t value) {
    for (int i = 0; i < 4; ++i)
      file[at + i] = value >> (24 - 8 * i) & 0xff;
  };
  store(16, width);
  store(20, height);
  uint32_t crc = 0xffffffff;
  for (int i = 12; i < 29; ++i) {
    crc ^= file[i];
    for (int bit = 0; bit < 8; ++bit)
      crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  store(29, ~crc);
  return file;
}

TEST(DecodePng, SizesOverTheLimitAreRefusedBeforeMemoryIsTaken) {
  const Bytes file = test::encodeRgbPng(1, 1, {1, 2, 3});
  EXPECT_THAT(failure(withSize(file, 65536, 65536)),
              HasSubstr("65536 x 65536"));
  for (auto [width, height] :
       {std::pair(8192, 8192), std::pair(1, 1 << 26), std::pair(1 << 26, 1)})
    EXPECT_THAT(failure(withSize(file, width, height)),
                HasSubstr("cannot hold"));
}

/// The best that deflate can do is no error.
TEST(DecodePng, PicturesOfOneColour) {
  const Bytes file = test::encodeRgbPng(2000, 1000, Bytes(6000000, 0));
  EXPECT_LT(file.size(), 6000000 / 900);
  EXPECT_EQ(decode(file), Bytes(6000000, 0));
}

long peakMemory() { // KiB
  rusage usage;
  EXPECT_EQ(::getrusage(RUSAGE_SELF, &usage), 0);
  return usage.ru_maxrss;
}

/// Chunks that have no say in the pixels and state 2 GiB - 1, in a file that
/// ends there: libpng takes the stated memory of those that it reads.
TEST(DecodePng, OtherChunksTakeNoMemory) {
  Bytes file = test::encodeRgbPng(1, 1, {1, 2, 3});
  file.resize(33); // signature and IHDR
  for (const char *name : {"zTXt", "iTXt", "iCCP", "eXIf", "sPLT", "vpAg"}) {
    Bytes stated = file;
    stated.insert(stated.end(), {0x7f, 0xff, 0xff, 0xff});
    stated.insert(stated.end(), name, name + 4);
    const long before = peakMemory();
    EXPECT_THAT(failure(stated), HasSubstr("ends too early")) << name;
    EXPECT_LT(peakMemory() - before, 64 << 10) << name;
  }
}

void expectNear(const Bytes &found, const Bytes &expected, int tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i)
    EXPECT_NEAR(found[i], expected[i], tolerance) << i;
}

TEST(DecodeJpeg, GreyAndColour) {
  expectNear(decode(encodeJpeg({8, 8, 1, false, Bytes(64, 77)})),
             Bytes(192, 77), 1);
  Bytes colour;
  for (int i = 0; i < 64; ++i)
    colour.insert(colour.end(), {200, 100, 50});
  expectNear(decode(encodeJpeg({8, 8, 3, false, colour})), colour, 2);
  expectNear(decode(encodeJpeg({8, 8, 3, true, colour})), colour, 2);
}

TEST(DecodeJpeg, CmykIsInvertedAsAdobeWritesIt) {
  Bytes stored;
  for (int i = 0; i < 64; ++i)
    stored.insert(stored.end(), {10, 200, 30, 128});
  Bytes expected;
  for (int i = 0; i < 64; ++i) // ink = 255 - stored, white = 128
    expected.insert(expected.end(), {5, 100, 15});
  expectNear(decode(encodeJpeg({8, 8, 4, false, stored})), expected, 1);
}

TEST(DecodeJpeg, EveryTruncationFails) {
  for (bool progressive : {false, true}) {
    const Bytes file =
        encodeJpeg({16, 16, 3, progressive, makeBytes(16 * 16 * 3)});
    for (size_t size = 0; size < file.size(); ++size)
      ASSERT_FALSE(decodeImage(Bytes(file.begin(), file.begin() + size)).ok())
          << size;
  }
}

TEST(DecodeJpeg, FlippedBitsDoNotCrash) {
  Bytes file = encodeJpeg({16, 16, 3, true, makeBytes(16 * 16 * 3)});
  int broken = 0;
  for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
    file[bit / 8] ^= 1 << bit % 8;
    broken += !decodeImage(file).ok();
    file[bit / 8] ^= 1 << bit % 8;
  }
  EXPECT_GT(broken, 0);
}

/// The file with another height and width, as bytes, in its frame.
Bytes withFrame(Bytes file, const char *size) {
  for (size_t i = 0; i + 8 < file.size(); ++i)
    if (file[i] == 0xff && (file[i + 1] == 0xc0 || file[i + 1] == 0xc2))
      std::memcpy(&file[i + 5], size, 4);
  return file;
}

TEST(DecodeJpeg, SizesOverTheLimitAreRefusedBeforeMemoryIsTaken) {
  for (bool progressive : {false, true}) {
    const Bytes file = encodeJpeg({8, 8, 1, progressive, Bytes(64, 77)});
    EXPECT_THAT(failure(withFrame(file, "\xff\xdc\xff\xdc")),
                HasSubstr("65500 x 65500"));
    EXPECT_THAT(failure(withFrame(file, "\x1f\xff\x1f\xff")),
                HasSubstr("cannot hold"));
  }
}

TEST(DecodeJpeg, PicturesOfOneColour) {
  for (bool progressive : {false, true}) {
    const Bytes pixels(4000000, 255);
    const auto image =
        decodeImage(encodeJpeg({2000, 2000, 1, progressive, pixels}));
    ASSERT_TRUE(image.ok()) << image.status();
    EXPECT_EQ(image->pixels, Bytes(12000000, 255));
  }
}

TEST(Decode, OtherFilesAreRefused) {
  EXPECT_THAT(failure({}), HasSubstr("neither"));
  EXPECT_THAT(failure({'G', 'I', 'F', '8', '9', 'a'}), HasSubstr("neither"));
  EXPECT_THAT(failure({0xff, 0xd8, 0xff}), HasSubstr("broken JPEG"));
}

TEST(Decode, ErrorsNameTheFile) {
  const std::string path = test::writeScratch("x.jpg", {0xff, 0xd8, 0xff, 0});
  EXPECT_THAT(std::string(readImage(path).status().message()),
              HasSubstr("x.jpg: broken JPEG"));
  EXPECT_THAT(std::string(readImage("/none.png").status().message()),
              HasSubstr("/none.png: cannot open"));
}

} // namespace
} // namespace mixq
