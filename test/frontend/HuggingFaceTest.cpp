//===- HuggingFaceTest.cpp - Checkpoints of transformers ------------------===//
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

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <filesystem>

using namespace mlir;

namespace mixq {
namespace {

using test::BadPiece;
using test::graphOf;
using test::HuggingFaceModel;
using test::Imported;
using test::replaced;
using test::TinyModel;
using testing::ElementsAre;
using testing::HasSubstr;

std::string errorOf(const std::string &folder) {
  const auto checkpoint = Checkpoint::open(folder);
  return checkpoint.ok() ? "" : std::string(checkpoint.status().message());
}

TEST(HuggingFace, SameWeightsGiveTheGraphOfTimm) {
  Imported timm(TinyModel().write());
  Imported single(HuggingFaceModel().write());
  Imported sharded(HuggingFaceModel().writeShards());
  EXPECT_NE(graphOf(timm), "");
  EXPECT_EQ(graphOf(single), graphOf(timm));
  EXPECT_EQ(graphOf(sharded), graphOf(timm));
}

TEST(HuggingFace, SameWeightsGiveTheGraphOfTimmsDistilledModel) {
  Imported timm(TinyModel(replaced(test::tinyConfig(), "vit_tiny_patch16_224",
                                   "deit_tiny_distilled_patch16_224"))
                    .write());
  const std::string config =
      replaced(replaced(HuggingFaceModel::huggingFaceConfig(),
                        "ViTForImageClassification",
                        "DeiTForImageClassificationWithTeacher"),
               "\"vit\"", "\"deit\"");
  Imported deit(HuggingFaceModel(config).write());
  EXPECT_NE(graphOf(timm), "");
  EXPECT_EQ(graphOf(deit), graphOf(timm));
}

TEST(HuggingFace, DeitReadsItsClassTokenOnly) {
  const std::string config = replaced(
      replaced(HuggingFaceModel::huggingFaceConfig(),
               "ViTForImageClassification", "DeiTForImageClassification"),
      "\"vit\"", "\"deit\"");
  Imported deit(HuggingFaceModel(config).write());
  ASSERT_TRUE(deit.module);
  EXPECT_EQ(
      cast<RankedTensorType>(deit.all<ConcatOp>()[0].getType()).getDimSize(0),
      6);
  EXPECT_EQ(deit.all<SliceOp>().size(), 1u);
}

TEST(HuggingFace, LabelsAreOrderedByTheirNumbers) {
  const auto checkpoint = Checkpoint::open(HuggingFaceModel().write());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_THAT(checkpoint->config().classNames,
              ElementsAre("ant", "bee", "cow"));
  const PreprocessingConfig &images = checkpoint->config().preprocessing;
  EXPECT_EQ(images.resize, 8);
  EXPECT_EQ(images.resizeWidth, 8);
  EXPECT_FALSE(images.keepRatio);
  EXPECT_EQ(images.interpolation, "bilinear");
  EXPECT_THAT(images.mean, ElementsAre(0.25, 0.5, 0.75));
}

TEST(HuggingFace, NamesOfVersion5InMemory) {
  HuggingFaceModel model;
  Imported expected(model.write());
  model.archive = test::renamed(
      model.archive, {{"encoder.layer.", "layers."},
                      {"attention.attention.query", "attention.q_proj"},
                      {"attention.attention.key", "attention.k_proj"},
                      {"attention.attention.value", "attention.v_proj"},
                      {"attention.output.dense", "attention.o_proj"},
                      {".intermediate.dense", ".mlp.fc1"},
                      {".output.dense", ".mlp.fc2"}});
  EXPECT_EQ(model.archive.tensors.count("vit.layers.1.mlp.fc2.bias"), 1u);
  Imported found(model.write());
  EXPECT_NE(graphOf(found), "");
  EXPECT_EQ(graphOf(found), graphOf(expected));
}

TEST(HuggingFace, PoolerAndMaskTokenAreLeftOut) {
  HuggingFaceModel model;
  Imported expected(model.write());
  model.archive.tensors["vit.pooler.dense.weight"] =
      Tensor(DataType::F32, {32, 32});
  model.archive.tensors["vit.embeddings.mask_token"] =
      Tensor(DataType::F32, {1, 1, 32});
  Imported found(model.write());
  EXPECT_EQ(graphOf(found), graphOf(expected));
}

/// Element `i` of every tensor as another type's bits.
Archive narrowed(const Archive &archive, DataType type,
                 uint16_t (*bits)(float)) {
  Archive result;
  for (const auto &[name, tensor] : archive.tensors) {
    Tensor narrow(type, tensor.shape());
    auto *to = reinterpret_cast<uint16_t *>(narrow.mutableRaw());
    for (int64_t i = 0; i < tensor.size(); ++i)
      to[i] = bits(tensor.data<float>()[i]);
    result.tensors[name] = narrow;
  }
  return result;
}

TEST(HuggingFace, HalfPrecisionIsWidenedExactly) {
  HuggingFaceModel model;
  const auto half = [](float value) {
    const _Float16 narrow = static_cast<_Float16>(value);
    uint16_t bits;
    std::memcpy(&bits, &narrow, sizeof(bits));
    return bits;
  };
  Archive original = model.archive;
  original.tensors["vit.layernorm.bias"].mutableData<float>()[3] = 0x1p-20f;
  original.tensors["vit.layernorm.bias"].mutableData<float>()[4] = -65504.0f;
  model.archive = narrowed(original, DataType::F16, half);
  const auto checkpoint = Checkpoint::open(model.write());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  const float *wide = checkpoint->tensors().at("norm.bias").data<float>();
  const float *exact = original.tensors.at("vit.layernorm.bias").data<float>();
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(wide[i], static_cast<float>(static_cast<_Float16>(exact[i])));
}

TEST(HuggingFace, BrainFloatsAreWidenedExactly) {
  HuggingFaceModel model;
  const auto brain = [](float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    return static_cast<uint16_t>(bits >> 16);
  };
  const Archive original = model.archive;
  model.archive = narrowed(original, DataType::BF16, brain);
  const auto checkpoint = Checkpoint::open(model.write());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  const float *wide = checkpoint->tensors().at("head.bias").data<float>();
  const float *exact = original.tensors.at("classifier.bias").data<float>();
  for (int i = 0; i < 3; ++i) {
    uint32_t bits;
    std::memcpy(&bits, &exact[i], sizeof(bits));
    bits &= 0xffff0000;
    EXPECT_EQ(std::memcmp(&wide[i], &bits, sizeof(bits)), 0);
  }
}

TEST(HuggingFace, NonFiniteHalvesAreRefused) {
  HuggingFaceModel model;
  for (const uint16_t bad : {0x7c00, 0xfc00, 0x7e00}) {
    Tensor bias(DataType::F16, {32});
    std::memcpy(bias.mutableRaw() + 10, &bad, sizeof(bad));
    model.archive.tensors["vit.layernorm.bias"] = bias;
    EXPECT_THAT(errorOf(model.write()),
                HasSubstr("'vit.layernorm.bias' expects finite elements"));
  }
}

//===----------------------------------------------------------------------===//
// What is refused
//===----------------------------------------------------------------------===//

class BadConfig : public testing::TestWithParam<BadPiece> {};

TEST_P(BadConfig, IsRefused) {
  HuggingFaceModel model;
  model.config = replaced(model.config, GetParam());
  EXPECT_THAT(errorOf(model.write()), HasSubstr(GetParam().error));
}

const BadPiece kConfig[] = {
    {"OtherClass", "ViTForImageClassification", "ViTModel",
     "'architectures': 'ViTModel' is not supported; expects one of "
     "ViTForImageClassification, DeiTForImageClassification"},
    {"TwoClasses", "[\"ViTForImageClassification\"]", "[\"a\", \"b\"]",
     "'architectures' expects an array of one of"},
    {"ModelType", "\"model_type\": \"vit\"", "\"model_type\": \"deit\"",
     "'model_type' expects \"vit\" of ViTForImageClassification, found "
     "\"deit\""},
    {"Activation", "\"gelu\"", "\"quick_gelu\"",
     "'hidden_act': \"quick_gelu\" is not supported"},
    {"UnknownKey", "\"dtype\"", "\"head_dim\"", "key 'head_dim' is unknown"},
    {"PrunedHeads", "\"dtype\": \"float32\"", "\"pruned_heads\": {\"0\": [1]}",
     "'pruned_heads'"},
    {"LabelNumbers", "\"2\": \"cow\"", "\"3\": \"cow\"",
     "'id2label' expects keys \"0\" to \"2\", found \"3\""},
    {"LabelCount", "\"dtype\": \"float32\"", "\"num_labels\": 4",
     "'id2label' expects 4 classes"},
    {"Depth", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3",
     "missing 'vit.encoder.layer.2."},
    {"Shape", "\"intermediate_size\": 64", "\"intermediate_size\": 48",
     "tensor 'vit.encoder.layer.0.intermediate.dense.weight' expects shape "
     "[48, 32]"},
};
INSTANTIATE_TEST_SUITE_P(HuggingFace, BadConfig, testing::ValuesIn(kConfig),
                         test::nameOf);

class BadProcessor : public testing::TestWithParam<BadPiece> {};

TEST_P(BadProcessor, IsRefused) {
  HuggingFaceModel model;
  model.processor = replaced(model.processor, GetParam());
  EXPECT_THAT(errorOf(model.write()), HasSubstr(GetParam().error));
}

const BadPiece kProcessor[] = {
    {"Size", "\"height\": 8, \"width\": 8", "\"height\": 16, \"width\": 8",
     "'size' expects the image of 8 x 8 pixels that config.json says, found "
     "[16,8]"},
    {"ShortestEdge", "{\"height\": 8, \"width\": 8}", "{\"shortest_edge\": 8}",
     "'size' expects the image of 8 x 8 pixels"},
    {"SizeKey", "\"width\": 8", "\"depth\": 8",
     "'size.width' expects the pixels of that side"},
    {"Filter", "\"resample\": 2", "\"resample\": 1",
     "'resample': 1 is not supported; expects 2 or 3"},
    {"NoNormalization", "\"do_normalize\": true", "\"do_normalize\": false",
     "'do_normalize': false is not supported"},
    {"Factor", "0.00392156862745098", "0.0078",
     "'rescale_factor' expects 1 / 255, found 0.0078"},
    {"Mean", "[0.25, 0.5, 0.75]", "[0.25]",
     "'image_mean' expects an array of 3 numbers"},
    {"Std", "[0.5, 0.25, 1.0]", "[0.5, 0, 1.0]",
     "'image_std' expects positive numbers"},
    {"Processor", "ViTImageProcessor", "CLIPImageProcessor",
     "'image_processor_type' expects one of ViTImageProcessor"},
    {"ProcessorKey", "\"do_resize\"", "\"do_rezise\"",
     "key 'do_rezise' is unknown"},
};
INSTANTIATE_TEST_SUITE_P(HuggingFace, BadProcessor,
                         testing::ValuesIn(kProcessor), test::nameOf);

TEST(HuggingFace, CropOfALargerImage) {
  HuggingFaceModel model;
  model.processor =
      replaced(replaced(model.processor, "{\"height\": 8, \"width\": 8}",
                        "{\"shortest_edge\": 10}, \"do_center_crop\": true, "
                        "\"crop_size\": {\"height\": 8, \"width\": 8}"),
               "\"resample\": 2", "\"resample\": 3");
  const auto checkpoint = Checkpoint::open(model.write());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->config().preprocessing.resize, 10);
  EXPECT_EQ(checkpoint->config().preprocessing.resizeWidth, 0);
  EXPECT_EQ(checkpoint->config().preprocessing.interpolation, "bicubic");
  model.processor = replaced(model.processor, "\"height\": 8", "\"height\": 9");
  EXPECT_THAT(errorOf(model.write()), HasSubstr("'crop_size' expects the image "
                                                "of 8 x 8 pixels"));
}

TEST(HuggingFace, TheImageProcessorMustBeThere) {
  const std::string folder = HuggingFaceModel().write();
  std::filesystem::remove(folder + "/preprocessor_config.json");
  EXPECT_THAT(errorOf(folder),
              HasSubstr("/preprocessor_config.json: cannot open"));
  // But not for weights that are made up.
  EXPECT_TRUE(Checkpoint::open(folder + "/config.json", {true, 0}).ok());
}

} // namespace
} // namespace mixq
