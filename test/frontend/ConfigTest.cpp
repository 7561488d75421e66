//===- ConfigTest.cpp - config.json, rule by rule -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Config.h"
#include "test/Replaced.h"
#include "test/frontend/TinyModel.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using test::replaced;
using test::tinyConfig;
using testing::ElementsAre;
using testing::HasSubstr;

VitNetwork vitOf(const ModelConfig &config) {
  return std::get<VitNetwork>(config.network);
}

ModelConfig parsed(const std::string &text) {
  absl::StatusOr<ModelConfig> config = parseConfig(text, "c.json");
  EXPECT_TRUE(config.ok()) << config.status();
  return config.ok() ? *config : ModelConfig();
}

TEST(Config, ReadsEveryField) {
  const ModelConfig config = parsed(tinyConfig());
  EXPECT_EQ(config.architecture, "vit_tiny_patch16_224");
  EXPECT_EQ(config.numClasses, 3);
  EXPECT_EQ(config.imageHeight, 8);
  EXPECT_EQ(config.imageWidth, 8);
  EXPECT_EQ(config.channels, 3);
  EXPECT_EQ(vitOf(config).patchHeight, 4);
  EXPECT_EQ(vitOf(config).embedDim, 32);
  EXPECT_EQ(vitOf(config).depth, 2);
  EXPECT_EQ(vitOf(config).heads, 2);
  EXPECT_EQ(vitOf(config).mlpHidden, 64);
  EXPECT_TRUE(vitOf(config).qkvBias);
  EXPECT_EQ(vitOf(config).normEps, 1e-5);
  EXPECT_EQ(vitOf(config).activation, Activation::Gelu);
  EXPECT_EQ(vitOf(config).tokens(), 5);
  EXPECT_EQ(vitOf(config).headDim, 16);
  EXPECT_TRUE(config.classNames.empty());
  // floor(8 / 0.9)
  EXPECT_EQ(config.preprocessing.resize, 8);
  EXPECT_EQ(config.preprocessing.interpolation, "bilinear");
  EXPECT_THAT(config.preprocessing.mean, ElementsAre(0.25, 0.5, 0.75));
  EXPECT_THAT(config.preprocessing.std, ElementsAre(0.5, 0.25, 1.0));
}

TEST(Config, ArchitectureGivesTheDefaults) {
  const ModelConfig vit = parsed(R"({"architecture": "vit_base_patch32_384"})");
  EXPECT_EQ(vitOf(vit).embedDim, 768);
  EXPECT_EQ(vitOf(vit).depth, 12);
  EXPECT_EQ(vitOf(vit).heads, 12);
  EXPECT_EQ(vitOf(vit).patchHeight, 32);
  EXPECT_EQ(vit.imageHeight, 384);
  EXPECT_EQ(vitOf(vit).tokens(), 145);
  EXPECT_EQ(vitOf(vit).mlpHidden, 3072);
  EXPECT_EQ(vit.numClasses, 1000);
  EXPECT_EQ(vitOf(vit).normEps, 1e-6);
  EXPECT_EQ(vit.preprocessing.resize, 384);
  EXPECT_EQ(vit.preprocessing.interpolation, "bicubic");
  EXPECT_THAT(vit.preprocessing.mean, ElementsAre(0.5, 0.5, 0.5));

  const ModelConfig deit =
      parsed(R"({"architecture": "deit_small_patch16_224"})");
  EXPECT_EQ(vitOf(deit).embedDim, 384);
  EXPECT_EQ(vitOf(deit).heads, 6);
  EXPECT_EQ(deit.preprocessing.resize, 248); // floor(224 / 0.9)
  EXPECT_THAT(deit.preprocessing.mean, ElementsAre(0.485, 0.456, 0.406));
  EXPECT_THAT(deit.preprocessing.std, ElementsAre(0.229, 0.224, 0.225));
}

TEST(Config, InputSizeOfAFixedSizeModelIsTheImageSize) {
  const ModelConfig config = parsed(R"({"architecture": "vit_tiny_patch16_224",
                 "pretrained_cfg": {"input_size": [3, 64, 64]}})");
  EXPECT_EQ(config.imageHeight, 64);
  EXPECT_EQ(vitOf(config).tokens(), 17);
}

TEST(Config, AcceptsWhatDoesNotChangeInference) {
  parsed(replaced(tinyConfig(), "\"depth\": 2",
                  R"("depth": 2, "drop_path_rate": 0.1, "init_values": null,
                     "act_layer": "gelu", "class_token": true,
                     "weight_init": "skip")"));
  parsed(replaced(tinyConfig(), "\"classifier\"",
                  R"("tag": "in1k", "license": "mit", "classifier")"));
}

TEST(Config, ClassesOfTheModelComeBeforeThoseOfItsOrigin) {
  const auto classes = [](const std::string &fields) {
    return parsed(R"({"architecture": "vit_tiny_patch16_224", )" + fields + "}")
        .numClasses;
  };
  EXPECT_EQ(
      classes(R"("num_classes": 5, "pretrained_cfg": {"num_classes": 0})"), 5);
  EXPECT_EQ(classes(R"("model_args": {"num_classes": 6},
                       "pretrained_cfg": {"num_classes": 21843})"),
            6);
  EXPECT_EQ(classes(R"("pretrained_cfg": {"num_classes": 7})"), 7);
}

TEST(Config, LabelNamesNameTheClasses) {
  const std::string labels =
      R"("num_classes": 3, "label_names": ["a", "b", "c"])";
  EXPECT_THAT(
      parsed(replaced(tinyConfig(), "\"num_classes\": 3", labels)).classNames,
      ElementsAre("a", "b", "c"));
}

TEST(Config, MissingFileIsNamed) {
  const auto config = readConfig(test::newFolder() + "/config.json");
  ASSERT_FALSE(config.ok());
  EXPECT_THAT(std::string(config.status().message()),
              HasSubstr("/config.json: cannot open"));
}

TEST(Config, ClassesBesideTheConfigNameTheClasses) {
  const std::string folder = test::newFolder();
  test::writeFile(folder + "/config.json", tinyConfig());
  test::writeFile(folder + "/classes.tsv",
                  "class\tid\tname\n1\tn1\tb, c\n0\tn0\ta\n2\tn2\td\n");
  const auto config = readConfig(folder + "/config.json");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(config->classNames, ElementsAre("a", "b, c", "d"));
}

} // namespace
} // namespace mixq
