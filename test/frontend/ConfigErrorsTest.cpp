//===- ConfigErrorsTest.cpp - What config.json may not say ----------------===//
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

using test::BadPiece;
using test::replaced;
using test::tinyConfig;
using testing::AllOf;
using testing::HasSubstr;

class BadTimmConfig : public testing::TestWithParam<BadPiece> {};

/// The error must be all of `error` after the file's name.
TEST_P(BadTimmConfig, IsRefused) {
  EXPECT_EQ(parseConfig(replaced(tinyConfig(), GetParam()), "c.json")
                .status()
                .message(),
            std::string("c.json: ") + GetParam().error);
}

const BadPiece kStructure[] = {
    {"NotJson", R"("num_classes": 3,)", R"("num_classes" 3,)",
     "not valid JSON, at byte 62: syntax error while parsing object separator "
     "- unexpected number literal; expected ':'"},
    {"DuplicateKey", R"("depth": 2)", R"("depth": 2, "depth": 3)",
     "not valid JSON, at byte 202: duplicate key 'depth'"},
    {"UnknownTopLevelKey", R"("num_features")", R"("num_feature")",
     "key 'num_feature' is unknown"},
    {"UnknownModelArg", R"("qkv_bias")", R"("qvk_bias")",
     "key 'model_args.qvk_bias' is unknown"},
    {"UnknownPretrainedKey", R"("classifier")", R"("clasifier")",
     "key 'pretrained_cfg.clasifier' is unknown"},
    {"NoArchitecture", R"("architecture": "vit_tiny_patch16_224",)", "",
     "'architecture' expects the name of a timm model, found null"},
    {"LabelsAreNoArray", R"("num_features": 32,)",
     R"("label_names": {"0": "a"},)",
     R"('label_names' expects an array of strings, one for each of the 3 classes, found {"0":"a"})"},
    {"LabelIsEmpty", R"("num_features": 32,)",
     R"("label_names": ["a", "", "c"],)",
     R"('label_names' expects an array of printable strings, found "")"},
};
INSTANTIATE_TEST_SUITE_P(Structure, BadTimmConfig,
                         testing::ValuesIn(kStructure), test::nameOf);

const BadPiece kUnsupported[] = {
    {"TopLevelPool", R"("global_pool": "token")", R"("global_pool": "avg")",
     R"('global_pool' expects "token", as the model's arguments say, found "avg")"},
    {"Pool", R"("depth": 2)", R"("depth": 2, "global_pool": "map")",
     R"('model_args.global_pool': "map" is not supported; expects "token" or "avg")"},
    {"TokenPoolWithoutToken", R"("depth": 2)",
     R"("depth": 2, "class_token": false)",
     R"('model_args.global_pool' expects "avg" without a class token, found "token")"},
    {"Activation", R"("depth": 2)", R"("depth": 2, "act_layer": "quick_gelu")",
     R"('model_args.act_layer': "quick_gelu" is not supported; expects null or "" or "gelu" or "gelu_tanh")"},
    {"Norm", R"("depth": 2)", R"("depth": 2, "norm_layer": "rmsnorm")",
     R"('model_args.norm_layer': "rmsnorm" is not supported; expects null or "" or "layernorm" or "layernormfp32")"},
    {"AttentionNorm", R"("depth": 2)", R"("depth": 2, "scale_attn_norm": true)",
     "'model_args.scale_attn_norm': true is not supported; expects false"},
    {"Registers", R"("depth": 2)", R"("depth": 2, "reg_tokens": -1)",
     "'model_args.reg_tokens' expects an integer in [0, 16384], found -1"},
    {"LayerScale", R"("depth": 2)", R"("depth": 2, "init_values": true)",
     "'model_args.init_values' expects a number or null, found true"},
    {"FcNorm", R"("depth": 2)", R"("depth": 2, "fc_norm": [true])",
     "'model_args.fc_norm' expects true or false, found [true]"},
    {"ThreeSides", R"("img_size": 8)", R"("img_size": [8, 8, 8])",
     "'model_args.img_size' expects an integer in [1, 65536] or an array of "
     "two, found [8,8,8]"},
    {"Channels", R"("depth": 2)", R"("depth": 2, "in_chans": 65)",
     "'model_args.in_chans' expects an integer in [1, 64], found 65"},
    {"ChannelsOfTheImage", R"("depth": 2)", R"("depth": 2, "in_chans": 1)",
     "'pretrained_cfg.input_size' expects [1, 8, 8], the channels and the size "
     "of the image, found [3,8,8]"},
    {"CropMode", "center", "border",
     R"('pretrained_cfg.crop_mode': "border" is not supported; expects "center" or "squash")"},
    {"Interpolation", "bilinear", "lanczos",
     R"('pretrained_cfg.interpolation': "lanczos" is not supported; expects "bilinear" or "bicubic")"},
};
INSTANTIATE_TEST_SUITE_P(Unsupported, BadTimmConfig,
                         testing::ValuesIn(kUnsupported), test::nameOf);

const BadPiece kSizes[] = {
    {"ZeroDepth", R"("depth": 2)", R"("depth": 0)",
     "'model_args.depth' expects an integer in [1, 1024], found 0"},
    {"NegativeWidth", R"("embed_dim": 32)", R"("embed_dim": -32)",
     "'model_args.embed_dim' expects an integer in [1, 65536], found -32"},
    {"HugeWidth", R"("embed_dim": 32)", R"("embed_dim": 9223372036854775807)",
     "'model_args.embed_dim' expects an integer in [1, 65536], found "
     "9223372036854775807"},
    {"FractionalDepth", R"("depth": 2)", R"("depth": 2.5)",
     "'model_args.depth' expects an integer in [1, 1024], found 2.5"},
    {"StringDepth", R"("depth": 2)", R"("depth": "2")",
     R"('model_args.depth' expects an integer in [1, 1024], found "2")"},
    {"BoolForBias", R"("qkv_bias": true)", R"("qkv_bias": 1)",
     "'model_args.qkv_bias' expects true or false, found 1"},
    {"HeadsDivideWidth", R"("num_heads": 2)", R"("num_heads": 3)",
     "the number of heads expects a divisor of the width 32, found 3"},
    {"MlpRatio", R"("mlp_ratio": 2.0)", R"("mlp_ratio": 1e300)",
     "'model_args.mlp_ratio' expects a number in [0.001, 1000], found 1e+300"},
    {"PatchesTile", R"("patch_size": 4)", R"("patch_size": 3)",
     "'patch_size' expects a divisor of the image's 8 x 8 pixels, found 3 x 3"},
    {"NumFeatures", R"("num_features": 32)", R"("num_features": 48)",
     "'num_features' expects 32, the width of what the head reads, found 48"},
    {"InputSize", "[3, 8, 8]", "[3, 16, 16]",
     "'pretrained_cfg.input_size' expects [3, 8, 8], the channels and the size "
     "of the image, found [3,16,16]"},
    {"NoClasses", R"("num_classes": 3)", R"("num_classes": 0)",
     "'num_classes' expects an integer in [1, 65536], found 0"},
    {"ClassesTwice", R"("depth": 2)", R"("depth": 2, "num_classes": 4)",
     "'model_args.num_classes' expects 3, as the model has, found 4"},
    {"NegativeEpsilon", "1e-5", "-1e-5",
     "'model_args.norm_eps' expects a number in [1.17549e-38, 1], found "
     "-1e-05"},
    {"TinyEpsilon", "1e-5", "1e-60",
     "'model_args.norm_eps' expects a number in [1.17549e-38, 1], found 1e-60"},
    {"LabelCount", R"("num_classes": 3)",
     R"("num_classes": 3, "label_names": ["a"])",
     "'label_names' expects an array of strings, one for each of the 3 "
     "classes, found 1"},
};
INSTANTIATE_TEST_SUITE_P(Sizes, BadTimmConfig, testing::ValuesIn(kSizes),
                         test::nameOf);

const BadPiece kPreprocessing[] = {
    {"CropZero", R"("crop_pct": 0.9)", R"("crop_pct": 0)",
     "'pretrained_cfg.crop_pct' expects a number in [0.001, 1], found 0"},
    {"CropTiny", R"("crop_pct": 0.9)", R"("crop_pct": 1e-9)",
     "'pretrained_cfg.crop_pct' expects a number in [0.001, 1], found 1e-09"},
    {"CropAboveOne", R"("crop_pct": 0.9)", R"("crop_pct": 1.5)",
     "'pretrained_cfg.crop_pct' expects a number in [0.001, 1], found 1.5"},
    {"MeanCount", "[0.25, 0.5, 0.75]", "[0.25, 0.5]",
     "'pretrained_cfg.mean' expects an array of 3 numbers, found [0.25,0.5]"},
    {"MeanType", "[0.25, 0.5, 0.75]", R"([0.25, 0.5, "x"])",
     R"('pretrained_cfg.mean' expects an array of 3 numbers, found [0.25,0.5,"x"])"},
    {"StdZero", "[0.5, 0.25, 1]", "[0.5, 0, 1]",
     "'pretrained_cfg.std' expects positive numbers, found 0.0"},
    {"StdNegative", "[0.5, 0.25, 1]", "[0.5, -1, 1]",
     "'pretrained_cfg.std' expects positive numbers, found -1.0"},
    {"InputChannels", "[3, 8, 8]", "[1, 8, 8]",
     "'pretrained_cfg.mean' expects an array of 1 numbers, found "
     "[0.25,0.5,0.75]"},
};
INSTANTIATE_TEST_SUITE_P(Preprocessing, BadTimmConfig,
                         testing::ValuesIn(kPreprocessing), test::nameOf);

TEST(Config, NamesTheModelsThatItKnows) {
  const auto error = [](const char *from, const char *to) {
    return std::string(parseConfig(replaced(tinyConfig(), from, to), "c.json")
                           .status()
                           .message());
  };
  EXPECT_THAT(error("vit_tiny_patch16_224", "vit_tiny_patch17"),
              AllOf(HasSubstr("'vit_tiny_patch17' is unknown"),
                    HasSubstr("vit_tiny_patch16_224"),
                    HasSubstr("deit_base_patch16_384")));
  EXPECT_THAT(error(R"("num_features": 32,)",
                    R"("num_features": 32, "model_type": "vit",)"),
              AllOf(HasSubstr("'architectures' expects an array of one of "
                              "ViTForImageClassification"),
                    HasSubstr("found none")));
}

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
