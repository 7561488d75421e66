//===- ConfigSeeds.cpp - Seeds of the config fuzzer -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/frontend/HuggingFaceModel.h"
#include "test/frontend/TinyModel.h"
#include "test/frontend/TinySwin.h"
#include "test/fuzz/Seeds.h"

/// Takes the JSON files among those that it is given.
int main(int argc, char **argv) {
  mixq::fuzz::SeedWriter seeds(argv[1]);
  for (int i = 2; i < argc; ++i)
    if (std::string(argv[i]).find(".json") != std::string::npos)
      seeds.write(mixq::fuzz::readText(argv[i]));
  for (const std::string &config :
       {mixq::test::tinyConfig(),
        mixq::test::HuggingFaceModel::huggingFaceConfig(),
        mixq::test::tinySwinConfig(), mixq::test::huggingFaceSwinConfig()})
    seeds.write(config);
  seeds.write(R"({"architecture": "deit_small_patch16_224", "num_classes": 2,
    "label_names": ["cat", "dog"], "pretrained_cfg": {"crop_pct": 1.0}})");
  seeds.write(R"({"architectures": ["DeiTForImageClassificationWithTeacher"],
    "model_type": "deit", "image_size": [32, 48], "num_labels": 5,
    "qkv_bias": false, "hidden_act": "gelu_new", "pruned_heads": {}})");
  seeds.write(R"({"architecture": "swin_s3_tiny_224", "model_args": {
    "window_size": [[7, 3], 7, 14, 7], "head_dim": 32, "mlp_ratio": [4, 4, 4, 2],
    "embed_dim": [96, 192, 384, 768], "always_partition": true}})");
  return 0;
}
