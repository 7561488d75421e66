//===- ImageSizeTest.cpp - Models for images of another size --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/ImageSize.h"
#include "frontend/Checkpoint.h"
#include "test/Replaced.h"
#include "test/frontend/HuggingFaceModel.h"
#include "test/frontend/TinyModel.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using test::replaced;
using test::tinyConfig;
using test::TinyModel;
using testing::HasSubstr;

CheckpointOptions sized(int64_t height, int64_t width) {
  CheckpointOptions options;
  options.imageSize = Extent{height, width};
  return options;
}

/// A prefix of one row, then a grid of 3 x 4.
const std::vector<float> kGrid = {7, 1,  -2, 3,    5,  0.5f, 4,
                                  2, -1, 6,  2.5f, -3, 1.5f};

void expectGrid(const Extent &to, const std::vector<float> &expected) {
  const Tensor resampled =
      resampleGrid(Tensor::of<float>({1, 13, 1}, kGrid), 1, {3, 4}, to);
  ASSERT_EQ(resampled.size(), static_cast<int64_t>(expected.size()));
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(resampled.data<float>()[i], expected[i], 2e-6) << i;
}

/// The numbers are those of timm's resample_abs_pos_embed, in fp32.
TEST(ImageSize, ResamplesAsTimmDoes) {
  expectGrid({2, 2}, {7, 0.587927f, 2.588598f, 3.189044f, -0.175089f});
  expectGrid({4, 3}, {7, -0.106177f, 0.17225f, 5.061563f, 0.638425f, 2.408425f,
                      1.523422f, 3.067006f, 2.029046f, -0.5688f, 5.657058f,
                      -0.728049f, 0.096538f});
  expectGrid({5, 6}, {7,         1.267378f, -0.930078f, -2.016903f, 2.23205f,
                      4.659267f, 5.609235f, 0.605116f,  0.228051f,  0.474321f,
                      2.54843f,  2.984636f, 2.777691f,  0.269737f,  2.264706f,
                      3.996529f, 2.454861f, 0.294118f,  -1.197369f, 4.098096f,
                      3.963565f, 2.680114f, -0.842999f, -0.68964f,  0.462736f,
                      6.680113f, 4.85849f,  1.401204f,  -3.023322f, -1.034406f,
                      2.021971f});
  expectGrid({3, 4}, kGrid);
}

TEST(ImageSize, ChangesConfigAndPositions) {
  const TinyModel model;
  const auto checkpoint = Checkpoint::open(model.write(), sized(16, 24));
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  const ModelConfig &config = checkpoint->config();
  EXPECT_EQ(config.imageHeight, 16);
  EXPECT_EQ(config.imageWidth, 24);
  EXPECT_EQ(std::get<VitNetwork>(config.network).tokens(), 1 + 4 * 6);
  // floor(16 / 0.9) and floor(24 / 0.9), to be covered.
  EXPECT_EQ(config.preprocessing.resize, 17);
  EXPECT_EQ(config.preprocessing.resizeWidth, 26);
  EXPECT_TRUE(config.preprocessing.keepRatio);
  const Tensor &positions = checkpoint->tensors().at("pos_embed");
  EXPECT_THAT(positions.shape(), testing::ElementsAre(1, 25, 32));
  const Tensor &original = model.archive.tensors.at("pos_embed");
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(positions.data<float>()[i], original.data<float>()[i]);
}

TEST(ImageSize, OfSquaresKeepsOneNumber) {
  const auto checkpoint = Checkpoint::open(TinyModel().write(), sized(12, 12));
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->config().preprocessing.resize, 13);
  EXPECT_EQ(checkpoint->config().preprocessing.resizeWidth, 0);
}

TEST(ImageSize, OfItsOwnChangesNothing) {
  const std::string folder = TinyModel().write();
  const auto plain = Checkpoint::open(folder);
  const auto same = Checkpoint::open(folder, sized(8, 8));
  ASSERT_TRUE(plain.ok() && same.ok());
  for (const auto &[name, tensor] : plain->tensors())
    EXPECT_EQ(same->tensors().at(name).hash(), tensor.hash()) << name;
}

TEST(ImageSize, OfTransformersFollowsTheCrop) {
  test::HuggingFaceModel model;
  model.processor =
      replaced(model.processor, "{\"height\": 8, \"width\": 8}",
               "{\"height\": 10, \"width\": 10}, \"do_center_crop\": true, "
               "\"crop_size\": {\"height\": 8, \"width\": 8}");
  const auto checkpoint = Checkpoint::open(model.write(), sized(16, 16));
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->config().preprocessing.resize, 20);
  EXPECT_EQ(checkpoint->config().preprocessing.resizeWidth, 20);
  EXPECT_FALSE(checkpoint->config().preprocessing.keepRatio);
}

TEST(ImageSize, MustBeTiledAndWithinLimits) {
  const std::string folder = TinyModel().write();
  const auto error = [&](int64_t height, int64_t width) {
    return std::string(
        Checkpoint::open(folder, sized(height, width)).status().message());
  };
  EXPECT_THAT(error(10, 8),
              HasSubstr("image size 10 x 8: 'patch_size' expects a divisor"));
  EXPECT_THAT(error(2, 2), HasSubstr("'patch_size' expects a divisor"));
  EXPECT_THAT(error(65536, 8), HasSubstr("at most 16384 tokens"));
  // Before a grid of that size is made.
  EXPECT_THAT(error(65536, 65536), HasSubstr("at most 16384 tokens"));
}

} // namespace
} // namespace mixq
