//===- SwinParameters.cpp - The tensors of a Swin Transformer -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/swin/Swin.h"

#include "absl/strings/str_cat.h"

#include <algorithm>

namespace mixq {
namespace {

class SwinParameters {
public:
  SwinParameters(const ModelConfig &config, const SwinNetwork &network)
      : config(config), network(network) {}

  std::vector<ParameterSpec> run() {
    embedding();
    for (size_t i = 0; i < network.stages.size(); ++i)
      stage(i);
    list.layerNorm("norm", headWidth(network));
    list.linear("head.fc", config.numClasses, headWidth(network));
    return list.take();
  }

private:
  void embedding() {
    const SwinStage &first = network.stages.front();
    list.weight("patch_embed.proj.weight",
                {first.width, config.channels, network.patchHeight,
                 network.patchWidth});
    list.bias("patch_embed.proj.bias", first.width);
    list.layerNorm("patch_embed.norm", first.width);
    if (network.absolutePositions)
      list.weight("absolute_pos_embed",
                  {1, first.mapHeight * first.mapWidth, first.width});
  }

  void stage(size_t index) {
    const SwinStage &stage = network.stages[index];
    if (index > 0) {
      const int64_t merged = 4 * network.stages[index - 1].width;
      const std::string name = absl::StrCat("layers.", index, ".downsample");
      list.layerNorm(name + ".norm", merged);
      list.linear(name + ".reduction", stage.width, merged, /*hasBias=*/false);
    }
    for (int64_t i = 0; i < stage.depth; ++i)
      block(swinBlockName(index, i), stage);
  }

  void block(const std::string &name, const SwinStage &stage) {
    const int64_t inner = stage.heads * stage.headDim;
    list.layerNorm(name + ".norm1", stage.width);
    list.weight(name + ".attn.relative_position_bias_table",
                {stage.positionRows(), stage.heads});
    list.linear(name + ".attn.qkv", 3 * inner, stage.width, network.qkvBias);
    list.linear(name + ".attn.proj", stage.width, inner);
    list.layerNorm(name + ".norm2", stage.width);
    list.linear(name + ".mlp.fc1", stage.mlpHidden, stage.width);
    list.linear(name + ".mlp.fc2", stage.width, stage.mlpHidden);
  }

  const ModelConfig &config;
  const SwinNetwork &network;
  ParameterList list;
};

/// OK, or "'key' expects 1 to `high` `unit` in stage `index`, found `value`".
absl::Status checkRange(const char *key, int64_t value, int64_t high,
                        const char *unit, size_t index) {
  if (value >= 1 && value <= high)
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("'", key, "' expects 1 to ",
                                                 high, " ", unit, " in stage ",
                                                 index, ", found ", value));
}

absl::Status checkStage(const SwinStage &stage, size_t index) {
  absl::Status status =
      checkRange("embed_dim", stage.width, kMaxExtent, "channels", index);
  // A head has at least one column, as many as fit or as the config says.
  if (status.ok() && stage.headDim < 1)
    status = checkRange("num_heads", stage.heads, stage.width, "heads", index);
  if (status.ok())
    status = checkRange("mlp_ratio", stage.mlpHidden, kMaxExtent,
                        "columns of an MLP", index);
  if (status.ok())
    status =
        checkRange("window_size", stage.paddedHeight() * stage.paddedWidth(),
                   kMaxTokens, "tokens of the image in windows", index);
  return status;
}

/// transformers clips a window to the smaller side, but not its table of
/// positions, and fails.
absl::Status checkWindow(const SwinStage &stage, size_t index) {
  const int64_t side = std::min(stage.mapHeight, stage.mapWidth);
  if (stage.windowHeight <= side)
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "'window_size' expects ", side,
      " at most, the smaller side of the map of stage ", index,
      " (transformers does not fit its table), found ", stage.windowHeight));
}

/// Elements of what makeWindowBias() returns for all blocks of a stage.
int64_t biasElements(const SwinStage &stage) {
  const int64_t plain =
      stage.heads * stage.windowTokens() * stage.windowTokens();
  const int64_t shifted =
      plain * (stage.shiftHeight ? 2 : 1) * (stage.shiftWidth ? 2 : 1);
  return (stage.depth + 1) / 2 * plain + stage.depth / 2 * shifted;
}

/// They grow with the square of a window, which parameters do not.
absl::Status checkBiases(const SwinNetwork &network) {
  int64_t total = 0;
  for (const SwinStage &stage : network.stages)
    total += biasElements(stage);
  if (total <= kMaxParameters)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("'window_size' expects windows whose biases have "
                   "at most ",
                   kMaxParameters, " elements, found ", total));
}

} // namespace

std::vector<ParameterSpec> parametersOf(const ModelConfig &config,
                                        const SwinNetwork &network) {
  return SwinParameters(config, network).run();
}

absl::Status checkNetwork(const ModelConfig &config,
                          const SwinNetwork &network) {
  if (absl::Status status =
          checkTiling(config, network.patchHeight, network.patchWidth);
      !status.ok())
    return status;
  for (size_t i = 0; i < network.stages.size(); ++i) {
    absl::Status status = checkStage(network.stages[i], i);
    if (status.ok() && config.huggingFace)
      status = checkWindow(network.stages[i], i);
    if (!status.ok())
      return status;
  }
  return checkBiases(network);
}

} // namespace mixq
