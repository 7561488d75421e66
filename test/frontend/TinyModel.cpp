//===- TinyModel.cpp - A checkpoint that tests make and break -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/frontend/TinyModel.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "frontend/Config.h"
#include "frontend/RandomWeights.h"

#include "gtest/gtest.h"

#include <filesystem>
#include <fstream>

namespace mixq::test {

std::string tinyConfig() {
  return R"({
  "architecture": "vit_tiny_patch16_224",
  "num_classes": 3,
  "num_features": 32,
  "global_pool": "token",
  "model_args": {
    "img_size": 8, "patch_size": 4, "embed_dim": 32, "depth": 2,
    "num_heads": 2, "mlp_ratio": 2.0, "qkv_bias": true, "norm_eps": 1e-5
  },
  "pretrained_cfg": {
    "input_size": [3, 8, 8], "fixed_input_size": true,
    "interpolation": "bilinear", "crop_pct": 0.9, "crop_mode": "center",
    "mean": [0.25, 0.5, 0.75], "std": [0.5, 0.25, 1],
    "first_conv": "patch_embed.proj", "classifier": "head"
  }
})";
}

TinyModel::TinyModel(std::string text) : config(std::move(text)) {
  const absl::StatusOr<ModelConfig> parsed = parseConfig(config, "config.json");
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  if (parsed.ok())
    archive.tensors = randomWeights(parametersOf(*parsed), 1);
}

std::string TinyModel::write() const {
  const std::string folder = newFolder();
  writeFile(folder + "/config.json", config);
  const absl::Status status =
      writeSafetensors(folder + "/model.safetensors", archive);
  EXPECT_TRUE(status.ok()) << status;
  return folder;
}

Archive renamed(const Archive &archive,
                const std::vector<std::pair<std::string, std::string>> &parts) {
  Archive result;
  for (const auto &[name, tensor] : archive.tensors)
    result.tensors[absl::StrReplaceAll(name, parts)] = tensor;
  return result;
}

std::string newFolder() {
  static int count = 0;
  const std::string path = absl::StrCat(testing::TempDir(), "/model", count++);
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

void writeFile(const std::string &path, const std::string &text) {
  std::ofstream(path, std::ios::binary) << text;
}

} // namespace mixq::test
