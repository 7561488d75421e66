//===- VariantsExactTest.cpp - ViT's variants, compiled -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Small models with made-up weights, each with something that the digits model
// has not: compiled for every target they agree with the interpreter, to the
// last bit where they are quantized.
//
//===----------------------------------------------------------------------===//

#include "ModelTest.h"

#include "test/frontend/TinyModel.h"

using namespace mixq;

namespace {

struct Case {
  const char *name;
  const char *architecture;
  const char *arguments; ///< of `model_args`
};

class Variant : public ModelTest, public testing::WithParamInterface<Case> {
protected:
  void SetUp() override {
    const std::string config =
        std::string("{\"architecture\": \"") + GetParam().architecture +
        "\", \"num_classes\": 7, \"model_args\": {\"img_size\": 16, "
        "\"patch_size\": 4, \"depth\": 2, " +
        GetParam().arguments + "}}";
    open(test::TinyModel(config).write());
    images = {randomTensor({3, 16, 16}, 1), randomTensor({3, 16, 16}, 2)};
  }
};

TEST_P(Variant, QuantizedLogitsHaveTheBitsOfTheInterpreter) {
  quantize();
  expectCompiledBits({1, 2});
}

/// Each with a scale, but for queries and keys that are normalised.
TEST_P(Variant, HeadsWithScalesOfTheirOwnHaveTheBitsOfTheInterpreter) {
  if (std::string(GetParam().name).find("QkNorm") == 0) {
    EXPECT_TRUE(failed(calibrate(QkvScale::Head)));
    EXPECT_THAT(diagnostics,
                testing::HasSubstr("found a mixq.layer_norm of them"));
    return;
  }
  quantize(QkvScale::Head);
  graph->walk([](QAttentionOp op) { EXPECT_TRUE(op.isPerHead()); });
  expectCompiledBits({2});
}

TEST_P(Variant, FloatLogitsAreThoseOfTheInterpreter) {
  const std::vector<Tensor> expected = interpreted();
  fuse();
  expectCompiled(expected, 1e-5f);
}

const Case kCases[] = {
    {"Distilled", "deit_tiny_distilled_patch16_224",
     R"("embed_dim": 48, "num_heads": 3)"},
    {"Deit3", "deit3_small_patch16_224", R"("embed_dim": 48, "num_heads": 3)"},
    {"Registers", "vit_tiny_patch16_224",
     R"("embed_dim": 32, "num_heads": 2, "reg_tokens": 3)"},
    {"AveragePool", "vit_tiny_patch16_224",
     R"("embed_dim": 40, "num_heads": 2, "class_token": false,
        "global_pool": "avg")"},
    {"AveragePoolOfAll", "vit_tiny_patch16_224",
     R"("embed_dim": 32, "num_heads": 2, "global_pool": "avg",
        "pool_include_prefix": true, "fc_norm": false)"},
    {"QkNorm", "vit_tiny_patch16_224",
     R"("embed_dim": 48, "num_heads": 3, "qk_norm": true)"},
    {"QkNormOfOddHeads", "vit_tiny_patch16_224",
     R"("embed_dim": 40, "num_heads": 2, "qk_norm": true, "qkv_bias": false)"},
    {"PreNorm", "vit_base_patch16_clip_224",
     R"("embed_dim": 48, "num_heads": 3)"},
    {"GeluTanh", "vit_tiny_patch16_224",
     R"("embed_dim": 48, "num_heads": 3, "act_layer": "gelu_tanh")"},
    {"OddWidths", "vit_tiny_patch16_224",
     R"("embed_dim": 35, "num_heads": 5, "mlp_ratio": 3.1)"},
    {"NoBiasesNoPositions", "vit_tiny_patch16_224",
     R"("embed_dim": 32, "num_heads": 2, "qkv_bias": false,
        "proj_bias": false, "pos_embed": "none", "final_norm": false)"},
};
INSTANTIATE_TEST_SUITE_P(Models, Variant, testing::ValuesIn(kCases),
                         [](const auto &info) { return info.param.name; });

} // namespace
