//===- SwinParameters.cpp - The tensors of a Swin Transformer -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/swin/Swin.h"

#include "absl/strings/str_cat.h"

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

absl::Status invalid(const std::string &message) {
  return absl::InvalidArgumentError(message);
}

absl::Status checkTiling(const ModelConfig &config,
                         const SwinNetwork &network) {
  if (config.imageHeight % network.patchHeight == 0 &&
      config.imageWidth % network.patchWidth == 0)
    return absl::OkStatus();
  return invalid(absl::StrCat("'patch_size' expects a divisor of the image's ",
                              config.imageHeight, " x ", config.imageWidth,
                              " pixels, found ", network.patchHeight, " x ",
                              network.patchWidth));
}

absl::Status checkStage(const SwinStage &stage, size_t index) {
  const std::string name = absl::StrCat("stage ", index);
  if (stage.width < 1 || stage.width > kMaxExtent || stage.headDim < 1)
    return invalid(absl::StrCat(name, " expects 1 to ", kMaxExtent,
                                " channels and a head of one at least, found ",
                                stage.width, " and ", stage.headDim));
  if (stage.mlpHidden < 1 || stage.mlpHidden > kMaxExtent)
    return invalid(absl::StrCat("the MLP's width in ", name, " expects 1 to ",
                                kMaxExtent, ", found ", stage.mlpHidden));
  const int64_t tokens = stage.paddedHeight() * stage.paddedWidth();
  if (tokens > kMaxTokens)
    return invalid(absl::StrCat(name, " expects at most ", kMaxTokens,
                                " tokens in its windows, found ", tokens));
  return absl::OkStatus();
}

} // namespace

std::vector<ParameterSpec> parametersOf(const ModelConfig &config,
                                        const SwinNetwork &network) {
  return SwinParameters(config, network).run();
}

absl::Status checkNetwork(const ModelConfig &config,
                          const SwinNetwork &network) {
  if (absl::Status status = checkTiling(config, network); !status.ok())
    return status;
  for (size_t i = 0; i < network.stages.size(); ++i)
    if (absl::Status status = checkStage(network.stages[i], i); !status.ok())
      return status;
  return absl::OkStatus();
}

} // namespace mixq
