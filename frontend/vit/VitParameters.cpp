//===- VitParameters.cpp - The tensors of a vision transformer ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "absl/strings/str_cat.h"
#include "frontend/vit/Vit.h"

namespace mixq {
namespace {

class VitParameters {
public:
  VitParameters(const ModelConfig &config, const VitNetwork &network)
      : config(config), network(network), width(network.embedDim) {}

  std::vector<ParameterSpec> run() {
    embedding();
    for (int64_t i = 0; i < network.depth; ++i)
      block(absl::StrCat("blocks.", i));
    if (network.tokenNorm)
      list.layerNorm("norm", width);
    if (network.poolNorm)
      list.layerNorm("fc_norm", width);
    list.linear("head", config.numClasses, width);
    if (network.distillationHead)
      list.linear("head_dist", config.numClasses, width);
    return list.take();
  }

private:
  void embedding() {
    list.weight(
        "patch_embed.proj.weight",
        {width, config.channels, network.patchHeight, network.patchWidth});
    if (network.patchBias)
      list.bias("patch_embed.proj.bias", width);
    if (network.classToken)
      list.weight("cls_token", {1, 1, width});
    if (network.distillationToken)
      list.weight("dist_token", {1, 1, width});
    if (network.registers)
      list.weight("reg_token", {1, network.registers, width});
    if (network.positions)
      list.weight("pos_embed", {1, network.positionRows(), width});
    if (network.preNorm)
      list.layerNorm("norm_pre", width);
  }

  void block(const std::string &name) {
    const int64_t inner = network.heads * network.headDim;
    list.layerNorm(name + ".norm1", width);
    list.linear(name + ".attn.qkv", 3 * inner, width, network.qkvBias);
    if (network.qkNorm) {
      list.layerNorm(name + ".attn.q_norm", network.headDim);
      list.layerNorm(name + ".attn.k_norm", network.headDim);
    }
    list.linear(name + ".attn.proj", width, inner, network.blockBias);
    if (network.layerScale)
      list.scale(name + ".ls1.gamma", width);
    list.layerNorm(name + ".norm2", width);
    list.linear(name + ".mlp.fc1", network.mlpHidden, width, network.blockBias);
    list.linear(name + ".mlp.fc2", width, network.mlpHidden, network.blockBias);
    if (network.layerScale)
      list.scale(name + ".ls2.gamma", width);
  }

  const ModelConfig &config;
  const VitNetwork &network;
  const int64_t width;
  ParameterList list;
};

} // namespace

std::vector<ParameterSpec> parametersOf(const ModelConfig &config,
                                        const VitNetwork &network) {
  return VitParameters(config, network).run();
}

absl::Status checkNetwork(const ModelConfig &config,
                          const VitNetwork &network) {
  if (absl::Status status =
          checkTiling(config, network.patchHeight, network.patchWidth);
      !status.ok())
    return status;
  if (network.headDim < 1 || network.embedDim % network.heads != 0)
    return absl::InvalidArgumentError(
        absl::StrCat("the number of heads expects a divisor of the "
                     "width ",
                     network.embedDim, ", found ", network.heads));
  if (network.mlpHidden < 1 || network.mlpHidden > kMaxExtent)
    return absl::InvalidArgumentError(
        absl::StrCat("the MLP's width expects 1 to ", kMaxExtent, ", found ",
                     network.mlpHidden));
  if (network.tokens() > kMaxTokens)
    return absl::InvalidArgumentError(
        absl::StrCat("the model expects at most ", kMaxTokens,
                     " tokens, found ", network.tokens()));
  return absl::OkStatus();
}

} // namespace mixq
