//===- TinySwin.cpp - Configs of a small Swin Transformer -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/frontend/TinySwin.h"

namespace mixq::test {

std::string tinySwinConfig() {
  return R"({
  "architecture": "swin_tiny_patch4_window7_224",
  "num_classes": 3,
  "num_features": 16,
  "global_pool": "avg",
  "model_args": {
    "img_size": 8, "patch_size": 1, "embed_dim": 8, "depths": [2, 2],
    "num_heads": [2, 4], "window_size": 4, "mlp_ratio": 2.0, "qkv_bias": true
  },
  "pretrained_cfg": {
    "input_size": [3, 8, 8], "fixed_input_size": true,
    "interpolation": "bilinear", "crop_pct": 1.0, "crop_mode": "center",
    "mean": [0.25, 0.5, 0.75], "std": [0.5, 0.25, 1],
    "first_conv": "patch_embed.proj", "classifier": "head.fc"
  }
})";
}

std::string huggingFaceSwinConfig() {
  return R"({
  "architectures": ["SwinForImageClassification"], "model_type": "swin",
  "image_size": 8, "patch_size": 1, "num_channels": 3, "embed_dim": 8,
  "depths": [2, 2], "num_heads": [2, 4], "window_size": 4, "mlp_ratio": 2.0,
  "qkv_bias": true, "use_absolute_embeddings": false, "hidden_act": "gelu",
  "layer_norm_eps": 1e-5, "hidden_size": 16, "num_layers": 2,
  "out_features": ["stage2"], "out_indices": [2],
  "stage_names": ["stem", "stage1", "stage2"], "encoder_stride": 32,
  "id2label": {"0": "ant", "1": "bee", "2": "cow"}, "dtype": "float32",
  "transformers_version": "5.0.0"
})";
}

} // namespace mixq::test
