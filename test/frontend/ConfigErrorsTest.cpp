//===- ConfigErrorsTest.cpp - What config.json may not say ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Config.h"
#include "test/frontend/TinyModel.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using test::replaced;
using test::tinyConfig;
using testing::HasSubstr;
using testing::StartsWith;

/// The tiny config with one piece replaced, and what the error must say.
struct BadConfig {
  const char *name;
  const char *from;
  const char *to;
  std::vector<const char *> errors;
};

class BadConfigTest : public testing::TestWithParam<BadConfig> {};

TEST_P(BadConfigTest, IsRefused) {
  const BadConfig &bad = GetParam();
  const absl::StatusOr<ModelConfig> config =
      parseConfig(replaced(tinyConfig(), bad.from, bad.to), "c.json");
  ASSERT_FALSE(config.ok());
  EXPECT_THAT(std::string(config.status().message()), StartsWith("c.json: "));
  for (const char *error : bad.errors)
    EXPECT_THAT(std::string(config.status().message()), HasSubstr(error));
}

const BadConfig kStructure[] = {
    {"NotJson", "\"num_classes\": 3,", "\"num_classes\" 3,", {}},
    {"DuplicateKey", "\"depth\": 2", "\"depth\": 2, \"depth\": 3", {"depth"}},
    {"UnknownTopLevelKey",
     "\"num_features\"",
     "\"num_feature\"",
     {"'num_feature'", "is unknown"}},
    {"UnknownModelArg",
     "\"qkv_bias\"",
     "\"qvk_bias\"",
     {"'model_args.qvk_bias'", "is unknown"}},
    {"UnknownPretrainedKey",
     "\"classifier\"",
     "\"clasifier\"",
     {"'pretrained_cfg.clasifier'", "is unknown"}},
    {"NoArchitecture",
     "\"architecture\": \"vit_tiny_patch16_224\",",
     "",
     {"'architecture' expects the name of a timm model"}},
    {"UnknownArchitecture",
     "vit_tiny_patch16_224",
     "vit_tiny_patch17",
     {"'vit_tiny_patch17' is unknown", "vit_tiny_patch16_224",
      "deit_base_patch16_384"}},
    {"HuggingFace",
     "\"num_features\": 32,",
     "\"num_features\": 32, \"model_type\": \"vit\",",
     {"'architectures' expects an array of one of ViTForImageClassification",
      "found none"}},
    {"LabelsAreNoArray",
     "\"num_features\": 32,",
     "\"label_names\": {\"0\": \"a\"},",
     {"'label_names' expects an array of strings"}},
    {"LabelIsEmpty",
     "\"num_features\": 32,",
     "\"label_names\": [\"a\", \"\", \"c\"],",
     {"'label_names' expects an array of printable strings"}},
};
INSTANTIATE_TEST_SUITE_P(Structure, BadConfigTest,
                         testing::ValuesIn(kStructure),
                         [](const auto &info) { return info.param.name; });

const BadConfig kUnsupported[] = {
    {"TopLevelPool",
     "\"global_pool\": \"token\"",
     "\"global_pool\": \"avg\"",
     {"'global_pool' expects \"token\"", "found \"avg\""}},
    {"Pool",
     "\"depth\": 2",
     "\"depth\": 2, \"global_pool\": \"map\"",
     {"'model_args.global_pool': \"map\" is not supported", "\"token\"",
      "\"avg\""}},
    {"TokenPoolWithoutToken",
     "\"depth\": 2",
     "\"depth\": 2, \"class_token\": false",
     {"'model_args.global_pool' expects \"avg\" without a class token"}},
    {"Activation",
     "\"depth\": 2",
     "\"depth\": 2, \"act_layer\": \"quick_gelu\"",
     {"'model_args.act_layer': \"quick_gelu\" is not supported",
      "\"gelu_tanh\""}},
    {"Norm",
     "\"depth\": 2",
     "\"depth\": 2, \"norm_layer\": \"rmsnorm\"",
     {"'model_args.norm_layer': \"rmsnorm\" is not supported"}},
    {"AttentionNorm",
     "\"depth\": 2",
     "\"depth\": 2, \"scale_attn_norm\": true",
     {"'model_args.scale_attn_norm': true is not supported"}},
    {"Registers",
     "\"depth\": 2",
     "\"depth\": 2, \"reg_tokens\": -1",
     {"'model_args.reg_tokens' expects an integer in [0, 16384], found -1"}},
    {"LayerScale",
     "\"depth\": 2",
     "\"depth\": 2, \"init_values\": true",
     {"'model_args.init_values' expects a number or null, found true"}},
    {"FcNorm",
     "\"depth\": 2",
     "\"depth\": 2, \"fc_norm\": [true]",
     {"'model_args.fc_norm' expects true or false, found [true]"}},
    {"ThreeSides",
     "\"img_size\": 8",
     "\"img_size\": [8, 8, 8]",
     {"'model_args.img_size'", "found [8,8,8]"}},
    {"Channels",
     "\"depth\": 2",
     "\"depth\": 2, \"in_chans\": 65",
     {"'model_args.in_chans' expects an integer in [1, 64], found 65"}},
    {"ChannelsOfTheImage",
     "\"depth\": 2",
     "\"depth\": 2, \"in_chans\": 1",
     {"'pretrained_cfg.input_size' expects [1, 8, 8]"}},
    {"CropMode",
     "center",
     "border",
     {"'pretrained_cfg.crop_mode': \"border\" is not supported"}},
    {"Interpolation",
     "bilinear",
     "lanczos",
     {"'pretrained_cfg.interpolation': \"lanczos\" is not supported"}},
};
INSTANTIATE_TEST_SUITE_P(Unsupported, BadConfigTest,
                         testing::ValuesIn(kUnsupported),
                         [](const auto &info) { return info.param.name; });

const BadConfig kSizes[] = {
    {"ZeroDepth",
     "\"depth\": 2",
     "\"depth\": 0",
     {"'model_args.depth'", "[1, 1024]", "0"}},
    {"NegativeWidth",
     "\"embed_dim\": 32",
     "\"embed_dim\": -32",
     {"'model_args.embed_dim'", "-32"}},
    {"HugeWidth",
     "\"embed_dim\": 32",
     "\"embed_dim\": 9223372036854775807",
     {"'model_args.embed_dim'", "65536"}},
    {"FractionalDepth",
     "\"depth\": 2",
     "\"depth\": 2.5",
     {"'model_args.depth'", "integer", "2.5"}},
    {"StringDepth",
     "\"depth\": 2",
     "\"depth\": \"2\"",
     {"'model_args.depth'", "integer", "\"2\""}},
    {"BoolForBias",
     "\"qkv_bias\": true",
     "\"qkv_bias\": 1",
     {"'model_args.qkv_bias'", "true or false", "1"}},
    {"HeadsDivideWidth",
     "\"num_heads\": 2",
     "\"num_heads\": 3",
     {"the number of heads expects a divisor of the width 32, found 3"}},
    {"MlpRatio",
     "\"mlp_ratio\": 2.0",
     "\"mlp_ratio\": 1e300",
     {"'model_args.mlp_ratio'"}},
    {"PatchesTile",
     "\"patch_size\": 4",
     "\"patch_size\": 3",
     {"'patch_size' expects a divisor of the image's 8 x 8 pixels, found "
      "3 x 3"}},
    {"NumFeatures",
     "\"num_features\": 32",
     "\"num_features\": 48",
     {"'num_features'", "48", "32"}},
    {"InputSize",
     "[3, 8, 8]",
     "[3, 16, 16]",
     {"'pretrained_cfg.input_size'", "16", "8"}},
    {"NoClasses",
     "\"num_classes\": 3",
     "\"num_classes\": 0",
     {"'num_classes'", "[1, 65536]", "0"}},
    {"ClassesTwice",
     "\"depth\": 2",
     "\"depth\": 2, \"num_classes\": 4",
     {"'model_args.num_classes'", "4", "3"}},
    {"NegativeEpsilon", "1e-5", "-1e-5", {"'model_args.norm_eps'"}},
    {"TinyEpsilon", "1e-5", "1e-60", {"'model_args.norm_eps'"}},
    {"LabelCount",
     "\"num_classes\": 3",
     "\"num_classes\": 3, \"label_names\": [\"a\"]",
     {"'label_names'", "3", "1"}},
};
INSTANTIATE_TEST_SUITE_P(Sizes, BadConfigTest, testing::ValuesIn(kSizes),
                         [](const auto &info) { return info.param.name; });

const BadConfig kPreprocessing[] = {
    {"CropZero",
     "\"crop_pct\": 0.9",
     "\"crop_pct\": 0",
     {"'pretrained_cfg.crop_pct'", "0"}},
    {"CropTiny",
     "\"crop_pct\": 0.9",
     "\"crop_pct\": 1e-9",
     {"'pretrained_cfg.crop_pct'"}},
    {"CropAboveOne",
     "\"crop_pct\": 0.9",
     "\"crop_pct\": 1.5",
     {"'pretrained_cfg.crop_pct'", "1.5"}},
    {"MeanCount",
     "[0.25, 0.5, 0.75]",
     "[0.25, 0.5]",
     {"'pretrained_cfg.mean'", "3"}},
    {"MeanType",
     "[0.25, 0.5, 0.75]",
     "[0.25, 0.5, \"x\"]",
     {"'pretrained_cfg.mean'"}},
    {"StdZero",
     "[0.5, 0.25, 1]",
     "[0.5, 0, 1]",
     {"'pretrained_cfg.std'", "positive"}},
    {"StdNegative",
     "[0.5, 0.25, 1]",
     "[0.5, -1, 1]",
     {"'pretrained_cfg.std'", "positive"}},
    {"InputChannels",
     "[3, 8, 8]",
     "[1, 8, 8]",
     {"'pretrained_cfg.mean' expects an array of 1 numbers"}},
};
INSTANTIATE_TEST_SUITE_P(Preprocessing, BadConfigTest,
                         testing::ValuesIn(kPreprocessing),
                         [](const auto &info) { return info.param.name; });

TEST(Config, RefusesWhatIsNoObject) {
  const auto error = [](const char *text) {
    return std::string(parseConfig(text, "c.json").status().message());
  };
  EXPECT_EQ(error("[1]"), "c.json: expects an object, found [1]");
  EXPECT_EQ(error(R"({"architecture": "vit_tiny_patch16_224",
                      "model_args": 3})"),
            "c.json: 'model_args' expects an object, found 3");
}

TEST(Config, RefusesWhatTimmCannotBuildDistilled) {
  const auto error = [](const char *arguments) {
    const std::string text =
        std::string(R"({"architecture": "deit_tiny_distilled_patch16_224",
                        "model_args": )") +
        arguments + "}";
    return std::string(parseConfig(text, "c.json").status().message());
  };
  EXPECT_EQ(error("{}"), "");
  for (const char *arguments :
       {R"({"class_token": false})", R"({"reg_tokens": 4})",
        R"({"no_embed_class": true})", R"({"pos_embed": "none"})",
        R"({"fc_norm": true})"})
    EXPECT_THAT(error(arguments), HasSubstr(" in a distilled model, found "))
        << arguments;
  EXPECT_THAT(error(R"({"global_pool": "avg"})"),
              HasSubstr("\"avg\" is not supported; expects \"token\""));
}

TEST(Config, RefusesTooManyTokensAndParameters) {
  const auto tokens = parseConfig(
      R"({"architecture": "vit_tiny_patch16_224",
          "model_args": {"img_size": 16384, "patch_size": 1}})",
      "c.json");
  ASSERT_FALSE(tokens.ok());
  EXPECT_THAT(std::string(tokens.status().message()),
              HasSubstr("at most 16384 tokens, found 268435457"));
  const auto parameters = parseConfig(
      R"({"architecture": "vit_tiny_patch16_224",
          "model_args": {"embed_dim": 65536, "depth": 1024, "num_heads": 1,
                         "mlp_ratio": 1}})",
      "c.json");
  ASSERT_FALSE(parameters.ok());
  EXPECT_THAT(std::string(parameters.status().message()),
              HasSubstr("at most 1073741824 parameters"));
}

} // namespace
} // namespace mixq
