//===- VitHuggingFace.cpp - ViT and DeiT of transformers ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/vit/Vit.h"

#include "absl/strings/match.h"

#include <cfloat>

using nlohmann::json;

namespace mixq {
namespace {

constexpr const char *kUnusedKeys[] = {"encoder_stride", "pooler_output_size",
                                       "pooler_act"};

/// Names of activations in transformers. gelu_new, gelu_fast and
/// gelu_pytorch_tanh are three ways to compute one function.
constexpr const char *kActivations =
    R"(["gelu", "gelu_python", "gelu_new", "gelu_fast", "gelu_pytorch_tanh",
        "gelu_python_tanh"])";

Activation activationOf(const json &name) {
  return name == "gelu" || name == "gelu_python" ? Activation::Gelu
                                                 : Activation::GeluTanh;
}

} // namespace

Network readHuggingFaceVit(const HuggingFaceClass &modelClass,
                           const ModelConfig &config, JsonFields &root) {
  VitNetwork network;
  const bool isDeit = absl::string_view(modelClass.modelType) == "deit";
  const Extent patch = root.extent("patch_size", {16, 16}, kMaxExtent);
  network.patchHeight = patch.height;
  network.patchWidth = patch.width;
  network.gridHeight = config.imageHeight / patch.height;
  network.gridWidth = config.imageWidth / patch.width;
  network.embedDim = root.integer("hidden_size", 768, kMaxExtent);
  network.depth = root.integer("num_hidden_layers", 12, kMaxDepth);
  network.heads = root.integer("num_attention_heads", 12, kMaxExtent);
  network.headDim = network.embedDim / network.heads;
  network.mlpHidden = root.integer("intermediate_size", 3072, kMaxExtent);
  network.qkvBias = root.boolean("qkv_bias", true);
  network.normEps = root.number("layer_norm_eps", 1e-12, FLT_MIN, 1.0);
  network.activation =
      activationOf(root.choice("hidden_act", kActivations, "gelu"));
  network.distillationToken = isDeit;
  network.distillationHead = absl::EndsWith(modelClass.name, "WithTeacher");
  root.ignore(kUnusedKeys);
  return network;
}

} // namespace mixq
