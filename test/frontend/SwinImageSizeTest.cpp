//===- SwinImageSizeTest.cpp - Swins for images of another size -----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "absl/strings/match.h"
#include "frontend/Checkpoint.h"
#include "frontend/swin/RelativePositions.h"
#include "test/Replaced.h"
#include "test/frontend/HuggingFaceModel.h"
#include "test/frontend/TinyModel.h"
#include "test/frontend/TinySwin.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using test::HuggingFaceModel;
using test::huggingFaceSwinConfig;
using test::replaced;
using test::TinyModel;
using test::tinySwinConfig;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kTable[] = "layers.1.blocks.0.attn.relative_position_bias_table";

/// Numbers without a pattern that resampling keeps.
Tensor table(const Extent &window, int64_t heads) {
  Tensor result(DataType::F32,
                {(2 * window.height - 1) * (2 * window.width - 1), heads});
  for (int64_t i = 0; i < result.size(); ++i)
    result.mutableData<float>()[i] =
        static_cast<float>(i * 7 % 11 - 5) / 2 + static_cast<float>(i % 3) / 4;
  return result;
}

void expectTable(const Extent &from, const Extent &to, int64_t heads,
                 const std::vector<float> &expected) {
  const Tensor found = resampleRelativePositions(table(from, heads), from, to);
  ASSERT_EQ(found.size(), static_cast<int64_t>(expected.size()));
  EXPECT_EQ(found.dim(1), heads);
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(found.data<float>()[i], expected[i], 1e-5) << i;
}

/// The numbers are those of timm's resize_rel_pos_bias_table.
TEST(SwinImageSize, ResamplesRelativePositionsAsTimmDoes) {
  // A ratio of 1.5, the largest.
  expectTable({3, 2}, {4, 2}, 1,
              {-2.5f, 1.25f,  -0.5f, -0.833335f, 1.08333f,   -0.666666f,
               2.5f,  0.75f,  -1,    2,          0.25f,      -1.5f,
               1.5f,  -0.25f, -2,    1.16667f,   -0.583334f, 1.33334f,
               1,     -0.75f, 3});
  // Of 1.01, the smallest.
  expectTable({4, 2}, {3, 2}, 1,
              {2.49505f, 0.745049f, -1.00495f, 2, 0.25f, -1.5f, 1.5f, -0.25f,
               -2, 1, -0.75f, 3, 0.504951f, -1.24505f, 2.50495f});
  // Between the two.
  expectTable({4, 1}, {6, 1}, 1,
              {-2.5f, -1.25f, 0.416664f, 0.666667f, -0.5f, 2.5f, 0.75f,
               -0.416667f, -0.333331f, 1, 2});
  // The outermost differences repeated, for two heads.
  expectTable({2, 2}, {2, 3}, 2,
              {-2.5f,  1.25f, -2.5f,  1.25f, -0.5f,  2.5f,   0.75f, -1,
               0.75f,  -1,    2,      0.25f, 2,      0.25f,  -1.5f, 1.5f,
               -0.25f, -2,    -0.25f, -2,    1,      -0.75f, 1,     -0.75f,
               3,      0.5f,  -1.25f, 2.5f,  -1.25f, 2.5f});
  expectTable({1, 1}, {1, 2}, 2, {-2.5f, 1.25f, -2.5f, 1.25f, -2.5f, 1.25f});
}

absl::StatusOr<Checkpoint> opened(const std::string &folder, int64_t height,
                                  int64_t width) {
  CheckpointOptions options;
  options.imageSize = Extent{height, width};
  return Checkpoint::open(folder, options);
}

std::string errorOf(const std::string &folder, int64_t height, int64_t width) {
  return std::string(opened(folder, height, width).status().message());
}

/// Map, window and shift of a stage.
std::vector<int64_t> sizesOf(const Checkpoint &checkpoint, size_t stage) {
  const SwinStage &sizes =
      std::get<SwinNetwork>(checkpoint.config().network).stages[stage];
  return {sizes.mapHeight,   sizes.mapWidth,    sizes.windowHeight,
          sizes.windowWidth, sizes.shiftHeight, sizes.shiftWidth};
}

TEST(SwinImageSize, LargerMapsKeepTheirWindows) {
  const TinyModel model(tinySwinConfig());
  const auto checkpoint = opened(model.write(), 16, 12);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->config().imageHeight, 16);
  EXPECT_EQ(checkpoint->config().preprocessing.resize, 16);
  EXPECT_EQ(checkpoint->config().preprocessing.resizeWidth, 12);
  EXPECT_THAT(sizesOf(*checkpoint, 0), ElementsAre(16, 12, 4, 4, 2, 2));
  // The window covered the map, and does not any more.
  EXPECT_THAT(sizesOf(*checkpoint, 1), ElementsAre(8, 6, 4, 4, 2, 2));
  for (const auto &[name, tensor] : model.archive.tensors)
    EXPECT_EQ(checkpoint->tensors().at(name).hash(), tensor.hash()) << name;
}

TEST(SwinImageSize, SmallerMapsShrinkTheirWindowsAndTables) {
  const TinyModel model(tinySwinConfig());
  const auto checkpoint = opened(model.write(), 6, 8);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_THAT(sizesOf(*checkpoint, 0), ElementsAre(6, 8, 4, 4, 2, 2));
  EXPECT_THAT(sizesOf(*checkpoint, 1), ElementsAre(3, 4, 3, 4, 0, 0));
  for (const auto &[name, tensor] : model.archive.tensors) {
    const bool isResampled = absl::StartsWith(name, "layers.1.") &&
                             absl::EndsWith(name, "_bias_table");
    const Tensor expected =
        isResampled ? resampleRelativePositions(tensor, {4, 4}, {3, 4})
                    : tensor;
    EXPECT_EQ(checkpoint->tensors().at(name).hash(), expected.hash()) << name;
  }
  EXPECT_THAT(checkpoint->tensors().at(kTable).shape(), ElementsAre(35, 4));
}

/// The window of the config counts, not what it came to on the old map.
TEST(SwinImageSize, ClippedWindowsGrowBack) {
  const std::string folder =
      TinyModel(replaced(tinySwinConfig(), "\"window_size\": 4",
                         "\"window_size\": 7"))
          .write();
  const auto before = opened(folder, 8, 8);
  const auto after = opened(folder, 20, 12);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_THAT(sizesOf(*before, 1), ElementsAre(4, 4, 4, 4, 0, 0));
  EXPECT_THAT(sizesOf(*after, 1), ElementsAre(10, 6, 7, 6, 3, 0));
  EXPECT_THAT(before->tensors().at(kTable).shape(), ElementsAre(49, 4));
  EXPECT_THAT(after->tensors().at(kTable).shape(), ElementsAre(143, 4));
}

TEST(SwinImageSize, AlwaysPartitionKeepsWindows) {
  const TinyModel model(replaced(tinySwinConfig(), "\"window_size\": 4",
                                 "\"window_size\": 4, "
                                 "\"always_partition\": true"));
  const auto checkpoint = opened(model.write(), 4, 4);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_THAT(sizesOf(*checkpoint, 1), ElementsAre(2, 2, 4, 4, 2, 2));
  EXPECT_EQ(checkpoint->tensors().at(kTable).hash(),
            model.archive.tensors.at(kTable).hash());
}

TEST(SwinImageSize, OfTransformersKeepsWindows) {
  const std::string folder =
      HuggingFaceModel(replaced(huggingFaceSwinConfig(),
                                "\"use_absolute_embeddings\": false",
                                "\"use_absolute_embeddings\": true"))
          .write();
  const auto checkpoint = opened(folder, 12, 8);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_THAT(sizesOf(*checkpoint, 0), ElementsAre(12, 8, 4, 4, 2, 2));
  EXPECT_THAT(sizesOf(*checkpoint, 1), ElementsAre(6, 4, 4, 4, 0, 0));
  EXPECT_THAT(checkpoint->tensors().at("absolute_pos_embed").shape(),
              ElementsAre(1, 96, 8));
  EXPECT_THAT(errorOf(folder, 12, 6),
              HasSubstr(": image size 12 x 6: 'window_size' expects 3 at most, "
                        "the smaller side of the map of stage 1"));
}

TEST(SwinImageSize, MustBeTiledAndWithinLimits) {
  const std::string folder =
      TinyModel(
          replaced(tinySwinConfig(), "\"patch_size\": 1", "\"patch_size\": 2"))
          .write();
  EXPECT_THAT(errorOf(folder, 9, 8),
              HasSubstr(": image size 9 x 8: 'patch_size' expects a divisor of "
                        "the image's 9 x 8 pixels, found 2 x 2"));
  EXPECT_THAT(errorOf(folder, 1, 1), HasSubstr("'patch_size' expects"));
  EXPECT_THAT(errorOf(folder, 65536, 65536),
              HasSubstr("'window_size' expects 1 to 16384 tokens of the image "
                        "in windows in stage 0, found 1073741824"));
}

} // namespace
} // namespace mixq
