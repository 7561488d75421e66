//===- CheckpointTest.cpp - Checkpoints, whole and broken -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Checkpoint.h"
#include "frontend/RandomWeights.h"
#include "test/Replaced.h"
#include "test/frontend/TinyModel.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <filesystem>
#include <limits>

namespace mixq {
namespace {

using test::replaced;
using test::tinyConfig;
using test::TinyModel;
using testing::HasSubstr;

void expectError(const std::string &path, const std::vector<std::string> &parts,
                 const CheckpointOptions &options = {}) {
  const absl::StatusOr<Checkpoint> checkpoint = Checkpoint::open(path, options);
  ASSERT_FALSE(checkpoint.ok());
  for (const std::string &part : parts)
    EXPECT_THAT(std::string(checkpoint.status().message()), HasSubstr(part));
}

TEST(Checkpoint, OpensAFolder) {
  const TinyModel model;
  const auto checkpoint = Checkpoint::open(model.write());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(std::get<VitNetwork>(checkpoint->config().network).embedDim, 32);
  EXPECT_EQ(checkpoint->provenance(), "checkpoint");
  ASSERT_EQ(checkpoint->tensors().size(), model.archive.tensors.size());
  for (const auto &[name, tensor] : model.archive.tensors)
    EXPECT_EQ(checkpoint->tensors().at(name).hash(), tensor.hash()) << name;
}

TEST(Checkpoint, ReportsMissingAndExtraTensorsTogether) {
  TinyModel model;
  model.archive.tensors.erase("norm.bias");
  model.archive.tensors.erase("blocks.1.attn.qkv.weight");
  model.archive.tensors["head_dist.bias"] = Tensor(DataType::F32, {3});
  expectError(model.write(),
              {"missing 'blocks.1.attn.qkv.weight', 'norm.bias'; extra "
               "'head_dist.bias'",
               "model.safetensors"});
}

TEST(Checkpoint, ListsEightNamesAndCountsTheRest) {
  TinyModel model;
  for (int i = 0; i < 10; ++i)
    model.archive.tensors["x" + std::to_string(i)] = Tensor(DataType::F32, {1});
  expectError(model.write(), {"extra 'x0', ", "'x7' and 2 more"});
}

TEST(Checkpoint, RefusesMisshapenTensors) {
  TinyModel model;
  model.archive.tensors["head.weight"] = Tensor(DataType::F32, {32, 3});
  expectError(model.write(),
              {"tensor 'head.weight' expects shape [3, 32]", "found [32, 3]"});
}

TEST(Checkpoint, RefusesOtherElementTypesByName) {
  for (const DataType type : {DataType::S32, DataType::U8, DataType::F64}) {
    TinyModel model;
    model.archive.tensors["norm.bias"] = Tensor(type, {32});
    expectError(model.write(), {"tensor 'norm.bias' expects element type f32, "
                                "f16 or bf16",
                                std::string("found ") + nameOf(type) +
                                    ", which is not supported"});
  }
}

TEST(Checkpoint, RefusesNonFiniteElements) {
  const float bad[] = {std::numeric_limits<float>::quiet_NaN(),
                       std::numeric_limits<float>::infinity(),
                       -std::numeric_limits<float>::infinity()};
  for (const float value : bad) {
    TinyModel model;
    model.archive.tensors["pos_embed"].mutableData<float>()[17] = value;
    expectError(model.write(), {"tensor 'pos_embed' expects finite elements",
                                "at element 17"});
  }
}

TEST(Checkpoint, RefusesATruncatedArchive) {
  const std::string folder = TinyModel().write();
  const std::string file = folder + "/model.safetensors";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  expectError(folder, {"model.safetensors"});
  std::filesystem::resize_file(file, 0);
  expectError(folder, {"model.safetensors"});
}

TEST(Checkpoint, RefusesMissingFiles) {
  const std::string folder = TinyModel().write();
  std::filesystem::remove(folder + "/model.safetensors");
  expectError(folder, {"model.safetensors: cannot open"});
  std::filesystem::remove(folder + "/config.json");
  expectError(folder, {"config.json: cannot open"});
  std::filesystem::remove(folder);
  expectError(folder, {"expects a model, found nothing there"});
}

/// A config that does not describe the tensors it lies beside.
struct Contradiction {
  const char *name;
  const char *from;
  const char *to;
  const char *error;
};

class ContradictionTest : public testing::TestWithParam<Contradiction> {};

TEST_P(ContradictionTest, IsRefused) {
  TinyModel model;
  model.config = replaced(replaced(model.config, "\"num_features\": 32,", ""),
                          GetParam().from, GetParam().to);
  expectError(model.write(), {GetParam().error});
}

const Contradiction kContradictions[] = {
    {"Width", "\"embed_dim\": 32", "\"embed_dim\": 64",
     "tensor 'patch_embed.proj.weight' expects shape [64, 3, 4, 4]"},
    {"Deeper", "\"depth\": 2", "\"depth\": 3",
     "missing 'blocks.2.norm1.weight'"},
    {"Shallower", "\"depth\": 2", "\"depth\": 1",
     "extra 'blocks.1.attn.proj.bias'"},
    {"Classes", "\"num_classes\": 3", "\"num_classes\": 4",
     "tensor 'head.weight' expects shape [4, 32]"},
    {"Mlp", "\"mlp_ratio\": 2.0", "\"mlp_ratio\": 4.0",
     "tensor 'blocks.0.mlp.fc1.weight' expects shape [128, 32]"},
    {"Patch", "\"patch_size\": 4", "\"patch_size\": 8",
     "tensor 'patch_embed.proj.weight' expects shape [32, 3, 8, 8]"},
    {"QkvBias", "\"qkv_bias\": true", "\"qkv_bias\": false",
     "extra 'blocks.0.attn.qkv.bias', 'blocks.1.attn.qkv.bias'"},
};
INSTANTIATE_TEST_SUITE_P(Checkpoint, ContradictionTest,
                         testing::ValuesIn(kContradictions),
                         [](const auto &info) { return info.param.name; });

TEST(RandomWeights, ComeFromABareConfig) {
  const std::string path = test::newFolder() + "/config.json";
  test::writeFile(path, tinyConfig());
  const auto checkpoint = Checkpoint::open(path, {true, 7});
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->provenance(), "random weights, seed 7");
  expectError(path, {"needs random weights"});
  expectError(TinyModel().write(), {"expect a config.json, found a folder"},
              {true, 0});
}

TEST(RandomWeights, DependOnSeedAndNameOnly) {
  const ParameterSpec a{"a", {64}, ParameterKind::Weight};
  const ParameterSpec b{"b", {64}, ParameterKind::Weight};
  const auto both = randomWeights({a, b}, 0);
  EXPECT_EQ(both.at("b").hash(), randomWeights({b}, 0).at("b").hash());
  EXPECT_NE(both.at("b").hash(), randomWeights({b}, 1).at("b").hash());
  EXPECT_NE(both.at("a").hash(), both.at("b").hash());
}

TEST(RandomWeights, HaveTheDocumentedDistribution) {
  const auto tensors = randomWeights({{"w", {10000}, ParameterKind::Weight},
                                      {"n", {10000}, ParameterKind::NormScale}},
                                     0);
  for (const auto &[name, tensor] : tensors) {
    const double centre = name == "n" ? 1 : 0;
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < tensor.size(); ++i) {
      const double x = tensor.data<float>()[i] - centre;
      sum += x;
      squares += x * x;
    }
    EXPECT_NEAR(sum / 10000, 0, 1e-3) << name;
    EXPECT_NEAR(std::sqrt(squares / 10000), 0.02, 1e-3) << name;
  }
}

/// Benchmarks and golden outputs rest on these bits.
TEST(RandomWeights, AreTheSameEverywhere) {
  const auto tensors =
      randomWeights({{"head.weight", {3}, ParameterKind::Weight}}, 0);
  const float *values = tensors.at("head.weight").data<float>();
  EXPECT_EQ(values[0], 0x1.a336e4p-6f);
  EXPECT_EQ(values[1], 0x1.ebbe02p-10f);
  EXPECT_EQ(values[2], 0x1.d0a106p-6f);
}

} // namespace
} // namespace mixq
