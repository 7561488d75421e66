//===- SwinTest.cpp - Checkpoints of Swin Transformers --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/Replaced.h"
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
using testing::EndsWith;
using testing::HasSubstr;

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

/// A window of 8 is shifted by 4: all around the map of 4, half of that of 8.
TEST(Swin, ShiftsBeyondTheMapStartAnew) {
  const std::string config =
      replaced(tinySwinConfig(), "\"window_size\": 4",
               "\"window_size\": 8, \"always_partition\": true");
  Imported model(TinyModel(config).write());
  ASSERT_TRUE(model.module);
  const std::vector<RollOp> rolls = model.all<RollOp>();
  ASSERT_EQ(rolls.size(), 2u);
  for (RollOp roll : rolls)
    EXPECT_THAT(roll.getMap(), testing::ElementsAre(8, 8));
  // The mask is that of the shift all the same.
  EXPECT_EQ(cast<RankedTensorType>(
                model.all<WindowBiasOp>().back().getBias().getType())
                .getDimSize(0),
            2);
}

TEST(Swin, NamesOfVersion5InMemory) {
  HuggingFaceModel model(huggingFaceSwinConfig());
  Imported expected(model.write());
  model.archive = test::renamed(
      model.archive,
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

//===----------------------------------------------------------------------===//
// The names of the first releases
//===----------------------------------------------------------------------===//

std::string errorOf(const TinyModel &model) {
  return std::string(Checkpoint::open(model.write()).status().message());
}

/// A tiny Swin as timm had it before 0.8, and Swin's authors have it.
TinyModel firstNames() {
  TinyModel model(tinySwinConfig());
  model.archive = test::renamed(
      model.archive, {{"layers.1.downsample.", "layers.0.downsample."},
                      {"head.fc.", "head."}});
  return model;
}

TEST(Swin, NamesOfTheFirstReleases) {
  Imported expected(TinyModel(tinySwinConfig()).write());
  Imported found(firstNames().write());
  EXPECT_NE(graphOf(found), "");
  EXPECT_EQ(graphOf(found), graphOf(expected));
}

TEST(Swin, BuffersOfTheFirstReleasesAreLeftOut) {
  TinyModel model = firstNames();
  Imported expected(model.write());
  for (const char *block : {"layers.0.blocks.0", "layers.0.blocks.1",
                            "layers.1.blocks.0", "layers.1.blocks.1"})
    model.archive
        .tensors[std::string(block) + ".attn.relative_position_index"] =
        Tensor(DataType::S64, {16, 16});
  model.archive.tensors["layers.0.blocks.1.attn_mask"] =
      Tensor(DataType::F32, {4, 16, 16});
  Imported found(model.write());
  EXPECT_NE(graphOf(found), "");
  EXPECT_EQ(graphOf(found), graphOf(expected));
}

TEST(Swin, ErrorsUseTheNamesOfTheFile) {
  TinyModel model = firstNames();
  model.archive.tensors["head.weight"] = Tensor(DataType::F32, {4, 16});
  EXPECT_THAT(errorOf(model),
              HasSubstr("/model.safetensors: tensor 'head.weight' expects "
                        "shape [3, 16] by config.json, found [4, 16]"));
  model = firstNames();
  model.archive.tensors["layers.0.downsample.norm.bias"] =
      Tensor(DataType::F32, {16});
  EXPECT_THAT(errorOf(model),
              HasSubstr("tensor 'layers.0.downsample.norm.bias' expects shape "
                        "[32] by config.json, found [16]"));
}

/// timm does not add positions, and does not read the two ages mixed.
TEST(Swin, OtherNamesAreRefused) {
  TinyModel model = firstNames();
  model.archive.tensors["absolute_pos_embed"] =
      Tensor(DataType::F32, {1, 64, 8});
  EXPECT_THAT(errorOf(model), EndsWith(": extra 'absolute_pos_embed'"));
  model = firstNames();
  model.archive = test::renamed(model.archive, {{"head.", "head.fc."}});
  EXPECT_THAT(errorOf(model),
              EndsWith("missing 'head.weight', 'head.bias'; extra "
                       "'head.fc.bias', 'head.fc.weight'"));
  model = firstNames();
  model.archive = test::renamed(
      model.archive, {{"layers.0.downsample.", "layers.1.downsample."}});
  EXPECT_THAT(errorOf(model),
              EndsWith("missing 'head.fc.weight', 'head.fc.bias'; extra "
                       "'head.bias', 'head.weight'"));
}

} // namespace
} // namespace mixq
