//===- ConfigSeeds.cpp - Seeds of the config fuzzer -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Seeds.h"

/// Takes the JSON files among those that it is given.
int main(int argc, char **argv) {
  mixq::fuzz::SeedWriter seeds(argv[1]);
  for (int i = 2; i < argc; ++i)
    if (std::string(argv[i]).find(".json") != std::string::npos)
      seeds.write(mixq::fuzz::readText(argv[i]));
  seeds.write(R"({
    "architecture": "vit_tiny_patch16_224", "num_classes": 3,
    "num_features": 32, "global_pool": "token",
    "model_args": {"img_size": 8, "patch_size": 4, "embed_dim": 32, "depth": 2,
      "num_heads": 2, "mlp_ratio": 2.0, "qkv_bias": true, "norm_eps": 1e-5},
    "pretrained_cfg": {"input_size": [3, 8, 8], "fixed_input_size": true,
      "interpolation": "bilinear", "crop_pct": 0.9, "crop_mode": "center",
      "mean": [0.25, 0.5, 0.75], "std": [0.5, 0.25, 1],
      "first_conv": "patch_embed.proj", "classifier": "head"}})");
  seeds.write(R"({"architecture": "deit_small_patch16_224", "num_classes": 2,
    "label_names": ["cat", "dog"], "pretrained_cfg": {"crop_pct": 1.0}})");
  return 0;
}
