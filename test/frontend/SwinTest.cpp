//===- SwinTest.cpp - Checkpoints of Swin Transformers --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/frontend/HuggingFaceModel.h"
#include "test/frontend/Imported.h"
#include "test/frontend/TinyModel.h"
#include "test/frontend/TinySwin.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace mixq {
namespace {

using test::graphOf;
using test::HuggingFaceModel;
using test::huggingFaceSwinConfig;
using test::Imported;
using test::replaced;
using test::TinyModel;
using test::tinySwinConfig;

TEST(Swin, SameWeightsGiveTheGraphOfTimm) {
  Imported timm(TinyModel(tinySwinConfig()).write());
  Imported single(HuggingFaceModel(huggingFaceSwinConfig()).write());
  Imported sharded(HuggingFaceModel(huggingFaceSwinConfig()).writeShards());
  EXPECT_NE(graphOf(timm), "");
  EXPECT_EQ(graphOf(single), graphOf(timm));
  EXPECT_EQ(graphOf(sharded), graphOf(timm));
}

TEST(Swin, SameWeightsWithoutBiasOfQkv) {
  const auto without = [](const std::string &config) {
    return replaced(config, "\"qkv_bias\": true", "\"qkv_bias\": false");
  };
  const TinyModel model(without(tinySwinConfig()));
  EXPECT_EQ(model.archive.tensors.count("layers.0.blocks.0.attn.qkv.bias"), 0u);
  Imported timm(model.write());
  Imported other(HuggingFaceModel(without(huggingFaceSwinConfig())).write());
  EXPECT_NE(graphOf(timm), "");
  EXPECT_EQ(graphOf(other), graphOf(timm));
}

/// The one difference between the two: transformers pads a map before it rolls
/// it, timm after.
TEST(Swin, PaddedMapsAreRolledInTheOrderOfEachFormat) {
  const auto padded = [](const std::string &config) {
    return replaced(config, "\"window_size\": 4", "\"window_size\": 3");
  };
  Imported timm(TinyModel(padded(tinySwinConfig())).write());
  Imported other(HuggingFaceModel(padded(huggingFaceSwinConfig())).write());
  ASSERT_TRUE(timm.module && other.module);
  for (RollOp roll : timm.all<RollOp>())
    EXPECT_THAT(roll.getMap(), testing::Each(testing::Lt(9)));
  EXPECT_THAT(other.all<RollOp>().front().getMap(), testing::ElementsAre(9, 9));
  EXPECT_EQ(timm.all<PadMapOp>().size(), other.all<PadMapOp>().size());
}

TEST(Swin, NamesOfVersion5InMemory) {
  HuggingFaceModel model(huggingFaceSwinConfig());
  Imported expected(model.write());
  model.rename(
      {{"attention.self.query", "attention.q_proj"},
       {"attention.self.key", "attention.k_proj"},
       {"attention.self.value", "attention.v_proj"},
       {"attention.self.relative_position_bias_table",
        "attention.relative_position_bias.relative_position_bias_table"},
       {"attention.output.dense", "attention.o_proj"},
       {".intermediate.dense", ".mlp.fc1"},
       {".output.dense", ".mlp.fc2"}});
  EXPECT_EQ(model.archive.tensors.count(
                "swin.encoder.layers.0.blocks.0.attention.q_proj.weight"),
            1u);
  Imported found(model.write());
  EXPECT_NE(graphOf(found), "");
  EXPECT_EQ(graphOf(found), graphOf(expected));
}

} // namespace
} // namespace mixq
