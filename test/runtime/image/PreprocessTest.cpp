//===- PreprocessTest.cpp - Tests of preprocessing ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/image/Preprocess.h"

#include "runtime/image/Resize.h"
#include "test/runtime/TestModule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using ::testing::HasSubstr;

InputSpec makeSpec(int resize, int height, int width) {
  InputSpec spec;
  spec.height = height;
  spec.width = width;
  spec.resize = resize;
  spec.mean = {0.5f, 0.25f, 0.0f};
  spec.std = {0.5f, 0.25f, 1.0f};
  return spec;
}

Image makeImage(int width, int height) {
  Image image(width, height);
  for (size_t i = 0; i < image.pixels.size(); ++i)
    image.pixels[i] = static_cast<uint8_t>(i * 29 + 3);
  return image;
}

/// The pixels of `resized` from (left, top) on, in the framework's arithmetic.
void expectCrop(const Image &image, const InputSpec &spec, const Image &resized,
                int left, int top) {
  std::vector<float> out(spec.elements());
  ASSERT_TRUE(preprocess(image, spec, absl::MakeSpan(out)).ok());
  size_t i = 0;
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < spec.height; ++y)
      for (int x = 0; x < spec.width; ++x, ++i) {
        const float pixel = resized.row(top + y)[(left + x) * 3 + c];
        const float unit = pixel / 255.0f;
        ASSERT_EQ(out[i], (unit - spec.mean[c]) / spec.std[c]) << i;
      }
}

TEST(Preprocess, NoResizeNoCrop) {
  const Image image = makeImage(4, 4);
  expectCrop(image, makeSpec(4, 4, 4), image, 0, 0);
}

/// Python rounds (5 - 4) / 2 = 0.5 to 0, (7 - 4) / 2 = 1.5 to 2 and
/// (9 - 4) / 2 = 2.5 to 2.
TEST(Preprocess, HalvesOfACropRoundToEven) {
  const int starts[][2] = {{5, 0}, {6, 1}, {7, 2}, {8, 2}, {9, 2}, {11, 4}};
  for (const auto &start : starts) {
    const Image square = makeImage(start[0], start[0]);
    expectCrop(square, makeSpec(start[0], 4, 4), square, start[1], start[1]);
  }
}

/// The longer side is int(resize * longer / shorter).
TEST(Preprocess, TheShorterSideIsResized) {
  const Image wide = makeImage(11, 7);
  const auto bicubic = schema::Interpolation::Bicubic;
  InputSpec spec = makeSpec(8, 8, 8);
  spec.interpolation = bicubic;
  expectCrop(wide, spec, resizeImage(wide, 12, 8, bicubic), 2, 0);
  const Image tall = makeImage(7, 11);
  expectCrop(tall, spec, resizeImage(tall, 8, 12, bicubic), 0, 2);
}

/// The image processors of transformers.
TEST(Preprocess, BothSidesMayBeGiven) {
  const Image image = makeImage(11, 7);
  InputSpec spec = makeSpec(9, 7, 6);
  spec.resizeWidth = 6;
  expectCrop(image, spec,
             resizeImage(image, 6, 9, schema::Interpolation::Bilinear), 0, 1);
}

/// timm's ResizeKeepRatio((8, 12)): 20 x 10 by min(10 / 8, 20 / 12).
TEST(Preprocess, RectanglesMayBeCovered) {
  InputSpec spec = makeSpec(8, 8, 12);
  spec.resizeWidth = 12;
  spec.keepRatio = true;
  const auto bilinear = schema::Interpolation::Bilinear;
  const Image wide = makeImage(20, 10);
  expectCrop(wide, spec, resizeImage(wide, 16, 8, bilinear), 2, 0);
  const Image tall = makeImage(10, 20);
  expectCrop(tall, spec, resizeImage(tall, 12, 24, bilinear), 0, 8);
}

TEST(Preprocess, CropsNeedNotBeSquare) {
  const Image image = makeImage(8, 8);
  expectCrop(image, makeSpec(8, 2, 6), image, 1, 3);
}

TEST(Preprocess, Errors) {
  const Image image = makeImage(4, 4);
  std::vector<float> out(48);
  const auto run = [&](const Image &picture, const InputSpec &spec) {
    return std::string(
        preprocess(picture, spec, absl::MakeSpan(out)).message());
  };
  EXPECT_EQ(run(image, makeSpec(4, 4, 4)), "");
  EXPECT_THAT(run(image, makeSpec(3, 4, 4)), HasSubstr("cannot crop"));
  EXPECT_THAT(run(image, makeSpec(5, 5, 5)), HasSubstr("48 elements"));
  InputSpec narrow = makeSpec(4, 4, 4);
  narrow.resizeWidth = 3;
  EXPECT_THAT(run(image, narrow), HasSubstr("out of images resized to 4 x 3"));
  EXPECT_THAT(run(Image(), makeSpec(4, 4, 4)), HasSubstr("0 x 0"));
  EXPECT_THAT(run(makeImage(1, 65536), makeSpec(1024, 4, 4)),
              HasSubstr("resized: image of 1024 x 67108864"));
}

TEST(Preprocess, SpecOfAModule) {
  auto file = test::makeModule();
  auto spec = inputSpecOf(*readContainer(file)->header);
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->height, 2);
  EXPECT_EQ(spec->width, 4);
  EXPECT_EQ(spec->resize, 4);
  EXPECT_EQ(spec->std[0], 0.25f);
  auto header = test::makeHeader();
  header.signature->channels = 1;
  file = test::assemble(header);
  EXPECT_FALSE(inputSpecOf(*readContainer(file)->header).ok());
}

} // namespace
} // namespace mixq
