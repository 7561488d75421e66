//===- SwinConfigErrorsTest.cpp - What configs of Swins may not say -------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Config.h"
#include "test/Replaced.h"
#include "test/frontend/TinyModel.h"
#include "test/frontend/TinySwin.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using test::BadPiece;
using test::replaced;

/// The error must be all of `bad.error` after the file's name.
void expectError(const std::string &config, const BadPiece &bad) {
  EXPECT_EQ(parseConfig(replaced(config, bad), "c.json").status().message(),
            std::string("c.json: ") + bad.error);
}

class BadTimmSwin : public testing::TestWithParam<BadPiece> {};

TEST_P(BadTimmSwin, IsRefused) {
  expectError(test::tinySwinConfig(), GetParam());
}

const BadPiece kTimm[] = {
    {"DepthsAreNoList", R"("depths": [2, 2])", R"("depths": 2)",
     "'model_args.depths' expects a list of 1 to 16 integers from 1 to 1024, "
     "found 2"},
    {"DepthsAreNone", R"("depths": [2, 2])", R"("depths": [])",
     "'model_args.depths' expects a list of 1 to 16 integers from 1 to 1024, "
     "found []"},
    {"DepthsAreTooMany", R"("depths": [2, 2])",
     R"("depths": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])",
     "'model_args.depths' expects a list of 1 to 16 integers from 1 to 1024, "
     "found [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"},
    {"DepthsZero", R"("depths": [2, 2])", R"("depths": [2, 0])",
     "'model_args.depths' expects a list of 1 to 16 integers from 1 to 1024, "
     "found [2,0]"},
    {"DepthsHuge", R"("depths": [2, 2])", R"("depths": [2, 1025])",
     "'model_args.depths' expects a list of 1 to 16 integers from 1 to 1024, "
     "found [2,1025]"},
    {"DepthsFraction", R"("depths": [2, 2])", R"("depths": [2, 1.5])",
     "'model_args.depths' expects a list of 1 to 16 integers from 1 to 1024, "
     "found [2,1.5]"},
    {"DepthsText", R"("depths": [2, 2])", R"("depths": [2, "2"])",
     R"('model_args.depths' expects a list of 1 to 16 integers from 1 to 1024, found [2,"2"])"},
    {"HeadsAreNoList", R"("num_heads": [2, 4])", R"("num_heads": 2)",
     "'model_args.num_heads' expects a list of 1 to 16 integers from 1 to "
     "65536, found 2"},
    {"HeadsZero", R"("num_heads": [2, 4])", R"("num_heads": [0, 2])",
     "'model_args.num_heads' expects a list of 1 to 16 integers from 1 to "
     "65536, found [0,2]"},
    {"HeadsCount", R"("num_heads": [2, 4])", R"("num_heads": [2, 4, 8])",
     "'model_args.num_heads' expects one entry for each of the 2 stages, found "
     "[2,4,8]"},
    {"MoreHeadsThanChannels", R"("num_heads": [2, 4])",
     R"("num_heads": [2, 17])",
     "'num_heads' expects 1 to 16 heads in stage 1, found 17"},
    {"WidthZero", R"("embed_dim": 8)", R"("embed_dim": 0)",
     "'model_args.embed_dim' expects an integer in [1, 65536], found 0"},
    {"WidthText", R"("embed_dim": 8)", R"("embed_dim": "8")",
     R"('model_args.embed_dim' expects an integer in [1, 65536], found "8")"},
    {"WidthCount", R"("embed_dim": 8)", R"("embed_dim": [8, 16, 32])",
     "'model_args.embed_dim' expects an integer from 1 to 65536, or one for "
     "each of the 2 stages, found [8,16,32]"},
    {"HeadDimZero", R"("mlp_ratio": 2.0)", R"("mlp_ratio": 2.0, "head_dim": 0)",
     "'model_args.head_dim' expects an integer from 1 to 65536, or one for "
     "each of the 2 stages, found 0"},
    {"HeadDimCount", R"("mlp_ratio": 2.0)",
     R"("mlp_ratio": 2.0, "head_dim": [4])",
     "'model_args.head_dim' expects an integer from 1 to 65536, or one for "
     "each of the 2 stages, found [4]"},
    {"RatioZero", R"("mlp_ratio": 2.0)", R"("mlp_ratio": 0)",
     "'model_args.mlp_ratio' expects a number from 0.001 to 1000, or one for "
     "each of the 2 stages, found 0"},
    {"RatioText", R"("mlp_ratio": 2.0)", R"("mlp_ratio": "2")",
     R"('model_args.mlp_ratio' expects a number from 0.001 to 1000, or one for each of the 2 stages, found "2")"},
    {"RatioCount", R"("mlp_ratio": 2.0)", R"("mlp_ratio": [2.0])",
     "'model_args.mlp_ratio' expects a number from 0.001 to 1000, or one for "
     "each of the 2 stages, found [2.0]"},
    {"MlpOfNone", R"("mlp_ratio": 2.0)", R"("mlp_ratio": 0.01)",
     "'mlp_ratio' expects 1 to 65536 columns of an MLP in stage 0, found 0"},
    {"MlpHuge", R"("embed_dim": 8, "depths": [2, 2],
    "num_heads": [2, 4], "window_size": 4, "mlp_ratio": 2.0)",
     R"("embed_dim": [80, 16], "depths": [2, 2], "num_heads": [2, 4], "window_size": 4, "mlp_ratio": [1000, 2])",
     "'mlp_ratio' expects 1 to 65536 columns of an MLP in stage 0, found "
     "80000"},
    {"WindowZero", R"("window_size": 4)", R"("window_size": 0)",
     "'model_args.window_size' expects an integer in [1, 65536] or an array of "
     "two, found 0"},
    {"WindowCount", R"("window_size": 4)", R"("window_size": [4, 4, 4])",
     "'model_args.window_size' expects an integer or [height, width], from 1 "
     "to 65536, for each of the 2 stages, found [4,4,4]"},
    {"WindowOfThree", R"("window_size": 4)", R"("window_size": [[4, 4, 4], 4])",
     "'model_args.window_size' expects an integer or [height, width], from 1 "
     "to 65536, for each of the 2 stages, found [[4,4,4],4]"},
    {"WindowNegative", R"("window_size": 4)", R"("window_size": [[4, -4], 4])",
     "'model_args.window_size' expects an integer or [height, width], from 1 "
     "to 65536, for each of the 2 stages, found [[4,-4],4]"},
    {"WindowHuge", R"("window_size": 4)",
     R"("window_size": 200, "always_partition": true)",
     "'window_size' expects 1 to 16384 tokens of the image in windows in stage "
     "0, found 40000"},
    {"WindowBiases", R"("window_size": 4)",
     R"("window_size": 128, "always_partition": true)",
     "'window_size' expects windows whose biases have at most 1073741824 "
     "elements, found 8053063680"},
    {"AlwaysPartition", R"("mlp_ratio": 2.0)",
     R"("mlp_ratio": 2.0, "always_partition": 1)",
     "'model_args.always_partition' expects true or false, found 1"},
    {"QkvBias", R"("qkv_bias": true)", R"("qkv_bias": null)",
     "'model_args.qkv_bias' expects true or false, found null"},
    {"Epsilon", R"("mlp_ratio": 2.0)", R"("mlp_ratio": 2.0, "norm_eps": 2)",
     "'model_args.norm_eps' expects a number in [1.17549e-38, 1], found 2"},
    {"PatchOfNoWidth", R"("patch_size": 1)", R"("patch_size": [1, 0])",
     "'model_args.patch_size' expects an integer in [1, 65536] or an array of "
     "two, found [1,0]"},
    {"PatchesTile", R"("patch_size": 1)", R"("patch_size": 3)",
     "'patch_size' expects a divisor of the image's 8 x 8 pixels, found 3 x 3"},
    {"PatchLargerThanTheImage", R"("patch_size": 1)", R"("patch_size": 16)",
     "'patch_size' expects a divisor of the image's 8 x 8 pixels, found 16 x "
     "16"},
    {"Pool", R"("mlp_ratio": 2.0)", R"("mlp_ratio": 2.0, "global_pool": "max")",
     R"('model_args.global_pool': "max" is not supported; expects "avg")"},
    {"NormLayer", R"("mlp_ratio": 2.0)",
     R"("mlp_ratio": 2.0, "norm_layer": "rmsnorm")",
     R"('model_args.norm_layer': "rmsnorm" is not supported; expects null or "" or "layernorm")"},
    {"EmbedLayer", R"("mlp_ratio": 2.0)",
     R"("mlp_ratio": 2.0, "embed_layer": "conv")",
     R"('model_args.embed_layer': "conv" is not supported; expects null)"},
    {"UnknownKey", R"("mlp_ratio": 2.0)", R"("mlp_ratio": 2.0, "ape": true)",
     "key 'model_args.ape' is unknown"},
    {"Features", R"("num_features": 16)", R"("num_features": 8)",
     "'num_features' expects 16, the width of what the head reads, found 8"},
};
INSTANTIATE_TEST_SUITE_P(Swin, BadTimmSwin, testing::ValuesIn(kTimm),
                         test::nameOf);

class BadHuggingFaceSwin : public testing::TestWithParam<BadPiece> {};

TEST_P(BadHuggingFaceSwin, IsRefused) {
  expectError(test::huggingFaceSwinConfig(), GetParam());
}

const BadPiece kHuggingFace[] = {
    {"DepthsAreNone", R"("depths": [2, 2])", R"("depths": [])",
     "'depths' expects a list of 1 to 16 integers from 1 to 1024, found []"},
    {"HeadsZero", R"("num_heads": [2, 4])", R"("num_heads": [2, 0])",
     "'num_heads' expects a list of 1 to 16 integers from 1 to 65536, found "
     "[2,0]"},
    {"HeadsCount", R"("num_heads": [2, 4])", R"("num_heads": [2])",
     "'num_heads' expects one entry for each of the 2 stages, found [2]"},
    {"HeadsDivideTheWidth", R"("num_heads": [2, 4])", R"("num_heads": [2, 3])",
     "'num_heads' expects a divisor of the 16 channels of stage 1, found 3"},
    {"WidthList", R"("embed_dim": 8)", R"("embed_dim": [8, 16])",
     "'embed_dim' expects an integer in [1, 65536], found [8,16]"},
    {"WidthDoubles", R"("embed_dim": 8,
  "depths": [2, 2], "num_heads": [2, 4], "window_size": 4, "mlp_ratio": 2.0)",
     R"("embed_dim": 40000, "depths": [2, 2], "num_heads": [2, 4], "window_size": 4, "mlp_ratio": 1)",
     "'embed_dim' expects 1 to 65536 channels in stage 1, found 80000"},
    {"WindowPair", R"("window_size": 4)", R"("window_size": [4, 4])",
     "'window_size' expects an integer in [1, 65536], found [4,4]"},
    {"WindowLargerThanTheMap", R"("window_size": 4)", R"("window_size": 5)",
     "'window_size' expects 4 at most, the smaller side of the map of stage 1 "
     "(transformers does not fit its table), found 5"},
    {"RatioNegative", R"("mlp_ratio": 2.0)", R"("mlp_ratio": -2)",
     "'mlp_ratio' expects a number in [0.001, 1000], found -2"},
    {"MlpOfNone", R"("mlp_ratio": 2.0)", R"("mlp_ratio": 0.01)",
     "'mlp_ratio' expects 1 to 65536 columns of an MLP in stage 0, found 0"},
    {"PatchText", R"("patch_size": 1)", R"("patch_size": "1")",
     R"('patch_size' expects an integer in [1, 65536] or an array of two, found "1")"},
    {"PatchLargerThanTheImage", R"("patch_size": 1)", R"("patch_size": 16)",
     "'patch_size' expects a divisor of the image's 8 x 8 pixels, found 16 x "
     "16"},
    {"QkvBias", R"("qkv_bias": true)", R"("qkv_bias": 1)",
     "'qkv_bias' expects true or false, found 1"},
    {"Positions", R"("use_absolute_embeddings": false)",
     R"("use_absolute_embeddings": "no")",
     R"('use_absolute_embeddings' expects true or false, found "no")"},
    {"Epsilon", R"("layer_norm_eps": 1e-5)", R"("layer_norm_eps": -1)",
     "'layer_norm_eps' expects a number in [1.17549e-38, 1], found -1"},
    {"Activation", R"("hidden_act": "gelu")", R"("hidden_act": "relu")",
     R"('hidden_act': "relu" is not supported; expects "gelu" or "gelu_python")"},
    {"UnknownKey", R"("hidden_size")", R"("hidden_sizes")",
     "key 'hidden_sizes' is unknown"},
    {"Type", R"("model_type": "swin")", R"("model_type": "vit")",
     R"('model_type' expects "swin" of SwinForImageClassification, found "vit")"},
};
INSTANTIATE_TEST_SUITE_P(Swin, BadHuggingFaceSwin,
                         testing::ValuesIn(kHuggingFace), test::nameOf);

/// What the tables change is accepted as it is, and so are these.
TEST(SwinConfig, IsAccepted) {
  const std::string timm = test::tinySwinConfig();
  const std::pair<const char *, const char *> changes[] = {
      {"\"embed_dim\": 8", "\"embed_dim\": [8, 16], \"head_dim\": [3, 5]"},
      {"\"mlp_ratio\": 2.0", "\"mlp_ratio\": [2, 3.5]"},
      {"\"window_size\": 4", "\"window_size\": [3, 2]"},
      {"\"window_size\": 4", "\"window_size\": [[3, 2], 2]"},
      {"\"num_heads\": [2, 4]", "\"num_heads\": [3, 3]"},
  };
  for (const auto &[from, to] : changes)
    EXPECT_TRUE(parseConfig(replaced(timm, from, to), "c.json").ok()) << to;
  EXPECT_TRUE(parseConfig(test::huggingFaceSwinConfig(), "c.json").ok());
}

} // namespace
} // namespace mixq
