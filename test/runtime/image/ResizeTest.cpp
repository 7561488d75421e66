//===- ResizeTest.cpp - Tests of resize -----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Expected values are Pillow 12.0's Image.resize of the same pixels.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/Resize.h"

#include "gtest/gtest.h"

namespace mixq {
namespace {

using schema::Interpolation;
using Pixels = std::vector<uint8_t>;

Image makeImage(int width, int height) {
  Image image(width, height);
  for (size_t i = 0; i < image.pixels.size(); ++i)
    image.pixels[i] = static_cast<uint8_t>(i * i * 7 + i * 31);
  return image;
}

Pixels resize(int width, int height, int newWidth, int newHeight,
              Interpolation interpolation) {
  return resizeImage(makeImage(width, height), newWidth, newHeight,
                     interpolation)
      .pixels;
}

TEST(Resize, Smaller) {
  EXPECT_EQ(resize(5, 4, 3, 2, Interpolation::Bilinear),
            (Pixels{108, 132, 143, 144, 148, 121, 94, 139, 115, 162, 113, 141,
                    137, 146, 96, 109, 113, 126}));
  EXPECT_EQ(resize(5, 4, 3, 2, Interpolation::Bicubic),
            (Pixels{103, 133, 143, 148, 149, 123, 93, 142, 116, 168, 111, 140,
                    137, 150, 94, 107, 111, 128}));
}

TEST(Resize, Larger) {
  EXPECT_EQ(
      resize(5, 4, 7, 6, Interpolation::Bilinear),
      (Pixels{0,   38,  90,  89,  151, 81,  163, 182, 105, 182, 48,  184, 108,
              187, 170, 87,  160, 100, 100, 50,  14,  124, 139, 168, 101, 140,
              120, 107, 140, 95,  168, 139, 124, 136, 137, 152, 103, 134, 124,
              76,  131, 72,  217, 201, 242, 117, 125, 166, 76,  114, 94,  162,
              231, 57,  156, 102, 141, 112, 119, 151, 57,  209, 120, 93,  47,
              228, 135, 113, 195, 175, 183, 131, 196, 233, 29,  123, 160, 169,
              87,  160, 162, 77,  199, 78,  136, 59,  124, 175, 122, 137, 185,
              162, 117, 140, 147, 40,  94,  131, 145, 101, 114, 140, 136, 99,
              76,  210, 110, 24,  209, 133, 71,  170, 124, 92,  76,  60,  58,
              72,  86,  114, 121, 56,  114, 190, 2,   84}));
  EXPECT_EQ(
      resize(5, 4, 7, 6, Interpolation::Bicubic),
      (Pixels{0,   11,  80,  85,  164, 68,  187, 207, 102, 184, 36,  192, 97,
              213, 186, 79,  175, 93,  105, 27,  0,   132, 147, 170, 93,  142,
              112, 95,  136, 82,  166, 133, 130, 141, 136, 160, 101, 132, 122,
              72,  127, 67,  244, 233, 255, 109, 113, 175, 41,  91,  78,  160,
              243, 52,  174, 76,  145, 114, 102, 161, 45,  233, 126, 72,  27,
              243, 130, 103, 218, 191, 201, 133, 205, 246, 24,  122, 161, 190,
              76,  163, 178, 70,  216, 67,  125, 42,  115, 182, 121, 143, 204,
              177, 121, 139, 142, 39,  79,  135, 157, 96,  112, 147, 145, 92,
              66,  220, 115, 5,   223, 140, 64,  174, 125, 95,  68,  49,  60,
              56,  87,  115, 125, 50,  114, 205, 0,   83}));
}

TEST(Resize, OneSideOnly) {
  EXPECT_EQ(
      resize(9, 7, 4, 7, Interpolation::Bilinear),
      (Pixels{103, 125, 102, 121, 147, 132, 141, 145, 138, 130, 119, 106,
              85,  119, 182, 162, 186, 130, 128, 161, 95,  159, 109, 72,
              143, 43,  118, 88,  140, 131, 113, 143, 143, 198, 65,  150,
              58,  189, 130, 124, 148, 118, 195, 109, 88,  159, 96,  48,
              48,  96,  159, 88,  109, 195, 118, 148, 124, 130, 189, 58,
              150, 65,  198, 143, 143, 113, 131, 140, 88,  118, 43,  143,
              72,  109, 159, 95,  161, 128, 130, 186, 162, 182, 119, 85}));
  EXPECT_EQ(
      resize(9, 7, 4, 7, Interpolation::Bicubic),
      (Pixels{101, 126, 102, 127, 146, 134, 134, 144, 134, 132, 119, 108,
              82,  117, 181, 166, 190, 136, 127, 162, 94,  161, 106, 67,
              147, 37,  116, 86,  143, 132, 105, 152, 144, 205, 58,  150,
              52,  190, 132, 124, 147, 118, 205, 114, 87,  155, 91,  45,
              45,  91,  155, 87,  114, 205, 118, 147, 124, 132, 190, 52,
              150, 58,  205, 144, 152, 105, 132, 143, 86,  116, 37,  147,
              67,  106, 161, 94,  162, 127, 136, 190, 166, 181, 117, 82}));
}

TEST(Resize, TheSameSizeChangesNothing) {
  EXPECT_EQ(resize(9, 7, 9, 7, Interpolation::Bicubic), makeImage(9, 7).pixels);
}

TEST(Resize, OnePixelFillsAll) {
  const Pixels pixels = resize(1, 1, 3, 2, Interpolation::Bicubic);
  for (size_t i = 0; i < pixels.size(); ++i)
    EXPECT_EQ(pixels[i], makeImage(1, 1).pixels[i % 3]);
}

} // namespace
} // namespace mixq
