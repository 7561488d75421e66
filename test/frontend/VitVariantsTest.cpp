//===- VitVariantsTest.cpp - Graphs of ViT's and DeiT's variants ----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/Replaced.h"
#include "test/frontend/Imported.h"
#include "test/frontend/TinyModel.h"

#include "gmock/gmock.h"

using namespace mlir;

namespace mixq {
namespace {

using test::Imported;
using test::replaced;
using test::TinyModel;
using test::unitsOf;

/// The tiny config with more of `model_args`.
std::string withArguments(const std::string &arguments) {
  return replaced(test::tinyConfig(), "\"depth\": 2",
                  "\"depth\": 2, " + arguments);
}

Imported imported(const std::string &arguments) {
  return Imported(TinyModel(withArguments(arguments)).write());
}

int64_t rowsOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getDimSize(0);
}

TEST(VitVariants, DistilledAveragesTwoHeads) {
  Imported model(TinyModel(replaced(test::tinyConfig(), "vit_tiny_patch16_224",
                                    "deit_tiny_distilled_patch16_224"))
                     .write());
  ASSERT_TRUE(model.module);
  EXPECT_EQ(rowsOf(model.all<ConcatOp>()[0]), 6);
  EXPECT_TRUE(unitsOf(*model.module).count("head_dist"));
  // 1/2 is in the weights of both.
  const TinyModel original(replaced(test::tinyConfig(), "vit_tiny_patch16_224",
                                    "deit_tiny_distilled_patch16_224"));
  for (ParameterOp op : model.all<ParameterOp>()) {
    const std::string name = op.getName().value_or("").str();
    if (name.rfind("head", 0) != 0)
      continue;
    const Tensor half = *model.stored(op);
    const Tensor &whole = original.archive.tensors.at(name);
    for (int64_t i = 0; i < half.size(); ++i)
      ASSERT_EQ(2 * half.data<float>()[i], whole.data<float>()[i]) << name;
  }
}

TEST(VitVariants, LayerScaleIsInTheWeights) {
  const std::string config = withArguments("\"init_values\": 1e-5");
  const TinyModel original(config);
  Imported model(original.write());
  ASSERT_TRUE(model.module);
  for (ParameterOp op : model.all<ParameterOp>()) {
    const std::string name = op.getName().value_or("").str();
    EXPECT_EQ(name.find("gamma"), std::string::npos) << name;
    if (name != "blocks.1.mlp.fc2.weight")
      continue;
    const Tensor folded = *model.stored(op);
    const Tensor &plain = original.archive.tensors.at(name);
    const Tensor &gamma = original.archive.tensors.at("blocks.1.ls2.gamma");
    for (int64_t i = 0; i < folded.size(); ++i)
      ASSERT_EQ(folded.data<float>()[i],
                plain.data<float>()[i] * gamma.data<float>()[i / plain.dim(1)]);
  }
}

TEST(VitVariants, RegistersComeBeforeThePatches) {
  Imported model = imported("\"reg_tokens\": 3, \"no_embed_class\": true");
  ASSERT_TRUE(model.module);
  ConcatOp tokens = model.all<ConcatOp>()[0];
  ASSERT_EQ(tokens.getInputs().size(), 3u);
  EXPECT_EQ(rowsOf(tokens.getInputs()[1]), 3);
  // The position embedding is added to the patches alone.
  EXPECT_TRUE(tokens.getInputs()[2].getDefiningOp<AddOp>());
  EXPECT_EQ(rowsOf(tokens), 8);
}

TEST(VitVariants, AveragePoolingLeavesOutThePrefix) {
  const std::string config =
      replaced(withArguments("\"global_pool\": \"avg\", \"reg_tokens\": 1"),
               "\"global_pool\": \"token\"", "\"global_pool\": \"avg\"");
  Imported pooled(TinyModel(config).write());
  ASSERT_TRUE(pooled.module);
  PoolOp pool = pooled.all<PoolOp>()[0];
  auto patches = pool.getInput().getDefiningOp<SliceOp>();
  ASSERT_TRUE(patches);
  EXPECT_EQ(patches.getBegin(), 2u);
  EXPECT_EQ(rowsOf(patches), 4);
  // fc_norm instead of norm.
  EXPECT_TRUE(isa<LayerNormOp>(*pool->user_begin()));
}

TEST(VitVariants, QkNormIsHeadByHead) {
  Imported model = imported("\"qk_norm\": true");
  ASSERT_TRUE(model.module);
  for (MatmulOp matmul : model.all<MatmulOp>()) {
    if (!matmul.getTransposeRhs())
      continue;
    for (Value operand : matmul.getOperands()) {
      auto norm = operand.getDefiningOp<LayerNormOp>();
      ASSERT_TRUE(norm);
      EXPECT_EQ(norm.getType().getRank(), 3);
    }
  }
}

TEST(VitVariants, PreNormDropsThePatchBias) {
  Imported model = imported("\"pre_norm\": true");
  ASSERT_TRUE(model.module);
  EXPECT_EQ(model.all<LayerNormOp>().size(), 6u);
  auto bias =
      model.all<PatchEmbedOp>()[0].getBias().getDefiningOp<ParameterOp>();
  const Tensor zeros = *model.stored(bias);
  for (int64_t i = 0; i < zeros.size(); ++i)
    EXPECT_EQ(zeros.data<float>()[i], 0.0f);
}

TEST(VitVariants, TanhForm) {
  Imported model = imported("\"act_layer\": \"gelu_tanh\"");
  ASSERT_TRUE(model.module);
  for (GeluOp gelu : model.all<GeluOp>())
    EXPECT_TRUE(gelu.getTanh());
}

TEST(VitVariants, RectanglesAndChannels) {
  const std::string config = R"({"architecture": "vit_tiny_patch16_224",
    "num_classes": 3, "model_args": {"img_size": [8, 12], "patch_size": [4, 2],
      "embed_dim": 32, "depth": 1, "num_heads": 2, "in_chans": 1},
    "pretrained_cfg": {"input_size": [1, 8, 12], "mean": [0.5], "std": [0.5],
      "crop_pct": 0.5}})";
  Imported model(TinyModel(config).write());
  ASSERT_TRUE(model.module);
  EXPECT_EQ(test::typeOf(*model.module),
            "(tensor<1x8x12xf32>) -> tensor<1x3xf32>");
  EXPECT_EQ(rowsOf(model.all<PatchEmbedOp>()[0]), 2 * 6);
  const auto images =
      model.module->getOperation()->getAttrOfType<PreprocessingAttr>(
          "mixq.preprocessing");
  EXPECT_EQ(images.getResize(), 16u);
  EXPECT_EQ(images.getResizeWidth(), 24u);
  EXPECT_TRUE(images.getKeepRatio());
}

} // namespace
} // namespace mixq
