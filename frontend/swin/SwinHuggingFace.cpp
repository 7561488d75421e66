//===- SwinHuggingFace.cpp - Swin of Hugging Face transformers ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/swin/StageFields.h"
#include "frontend/swin/Swin.h"
#include "frontend/swin/SwinMaps.h"

#include "absl/strings/str_cat.h"

#include <cfloat>

namespace mixq {
namespace {

/// Keys that follow from others, or that only other heads read.
constexpr const char *kUnusedKeys[] = {
    "encoder_stride", "hidden_size", "num_layers",  "out_features",
    "out_indices",    "path_norm",   "stage_names", "patch_norm"};

void readSizes(JsonFields &root, std::vector<SwinStage> &stages) {
  int64_t channels = root.integer("embed_dim", 96, kMaxExtent);
  const int64_t window = root.integer("window_size", 7, kMaxExtent);
  const double ratio = root.number("mlp_ratio", 4.0, 1e-3, 1e3);
  for (size_t i = 0; i < stages.size(); ++i, channels *= 2) {
    SwinStage &stage = stages[i];
    stage.width = channels;
    stage.headDim = channels / stage.heads;
    if (channels % stage.heads != 0)
      root.fail(
          "num_heads",
          absl::StrCat("a divisor of the ", channels, " channels of stage ", i),
          stage.heads);
    stage.mlpHidden =
        static_cast<int64_t>(ratio * static_cast<double>(channels));
    stage.configHeight = stage.configWidth = window;
  }
}

} // namespace

Network readHuggingFaceSwin(const HuggingFaceClass &, const ModelConfig &config,
                            JsonFields &root) {
  SwinNetwork network;
  const Extent patch = root.extent("patch_size", {4, 4}, kMaxExtent);
  network.patchHeight = patch.height;
  network.patchWidth = patch.width;
  network.stages = readStages(root);
  readSizes(root, network.stages);
  layOutMaps(config, network);
  network.qkvBias = root.boolean("qkv_bias", true);
  network.padsBeforeRoll = true;
  network.absolutePositions = root.boolean("use_absolute_embeddings", false);
  network.blockEps = root.number("layer_norm_eps", 1e-5, FLT_MIN, 1.0);
  network.otherEps = 1e-5; // torch's default, whatever the config says
  root.choice("hidden_act", R"(["gelu", "gelu_python"])", "gelu");
  root.ignore(kUnusedKeys);
  return network;
}

} // namespace mixq
