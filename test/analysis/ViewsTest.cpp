//===- ViewsTest.cpp - Parts of images, resized ---------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Views.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mixq;

namespace {

constexpr int64_t kSize = 32;

/// Two channels: how far down a pixel is, and how far right.
Tensor slopes() {
  std::vector<float> pixels;
  for (bool isAcross : {false, true})
    for (int64_t y = 0; y < kSize; ++y)
      for (int64_t x = 0; x < kSize; ++x)
        pixels.push_back(float(isAcross ? x : y));
  return Tensor::of<float>({2, kSize, kSize}, pixels);
}

llvm::ArrayRef<float> elementsOf(const Tensor &tensor) {
  return {tensor.data<float>(), static_cast<size_t>(tensor.size())};
}

TEST(Views, AreParts) {
  const std::vector<Tensor> images(50, slopes());
  for (const Tensor &view : makeViews(images, 0)) {
    ASSERT_EQ(view.shape(), images[0].shape());
    llvm::ArrayRef<float> pixels = elementsOf(view);
    // Bilinear interpolation of a slope is a slope; its extent is the part's.
    const float down = pixels[(kSize - 1) * kSize] - pixels[0];
    const float right = pixels[2 * kSize * kSize - 1] - pixels[kSize * kSize];
    EXPECT_GT(down, 0) << "turned upside down";
    EXPECT_GT(right, 0) << "mirrored";
    const float area = down * right / ((kSize - 1) * (kSize - 1));
    EXPECT_GT(area, 0.28f);
    EXPECT_LE(area, 1.0f);
    for (float pixel : pixels) {
      EXPECT_GE(pixel, 0);
      EXPECT_LE(pixel, kSize - 1);
    }
    const float middle = pixels[kSize / 2 * kSize];
    EXPECT_NEAR((pixels[0] + pixels[(kSize - 1) * kSize]) / 2, middle, 1);
  }
}

TEST(Views, DifferByImageAndSeedOnly) {
  const std::vector<Tensor> images(2, slopes());
  const std::vector<Tensor> first = makeViews(images, 1);
  EXPECT_EQ(elementsOf(first[0]), elementsOf(makeViews(images, 1)[0]));
  EXPECT_NE(elementsOf(first[0]), elementsOf(first[1]));
  EXPECT_NE(elementsOf(first[0]), elementsOf(makeViews(images, 2)[0]));
}

TEST(Views, OfASinglePixelIsThePixel) {
  const std::vector<Tensor> views =
      makeViews({Tensor::of<float>({1, 1, 1}, std::vector<float>{3})}, 5);
  EXPECT_THAT(elementsOf(views[0]), testing::ElementsAre(3));
}

} // namespace
