//===- VitParameters.cpp - The tensors of a vision transformer ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/VitParameters.h"

#include "absl/strings/str_cat.h"

#include <functional>
#include <numeric>

namespace mixq {
namespace {

/// Collects the tensors of a module, name by name.
class SpecList {
public:
  void weight(std::string name, std::vector<int64_t> shape) {
    specs.push_back({std::move(name), std::move(shape), ParameterKind::Weight});
  }
  void linear(const std::string &name, int64_t outputs, int64_t inputs,
              bool bias = true) {
    weight(name + ".weight", {outputs, inputs});
    if (bias)
      specs.push_back({name + ".bias", {outputs}, ParameterKind::Bias});
  }
  void layerNorm(const std::string &name, int64_t width) {
    specs.push_back({name + ".weight", {width}, ParameterKind::NormScale});
    specs.push_back({name + ".bias", {width}, ParameterKind::Bias});
  }
  void block(const std::string &name, const ModelConfig &config) {
    const int64_t width = config.embedDim;
    layerNorm(name + ".norm1", width);
    linear(name + ".attn.qkv", 3 * width, width, config.qkvBias);
    linear(name + ".attn.proj", width, width);
    layerNorm(name + ".norm2", width);
    linear(name + ".mlp.fc1", config.mlpHidden, width);
    linear(name + ".mlp.fc2", width, config.mlpHidden);
  }
  void patchEmbed(const ModelConfig &config) {
    weight("patch_embed.proj.weight",
           {config.embedDim, config.channels, config.patch, config.patch});
    specs.push_back(
        {"patch_embed.proj.bias", {config.embedDim}, ParameterKind::Bias});
  }

  std::vector<ParameterSpec> specs;
};

int64_t countElements(const std::vector<ParameterSpec> &specs) {
  int64_t total = 0;
  for (const ParameterSpec &spec : specs)
    total += std::accumulate(spec.shape.begin(), spec.shape.end(), int64_t(1),
                             std::multiplies<>());
  return total;
}

} // namespace

std::vector<ParameterSpec> vitParameters(const ModelConfig &config) {
  SpecList list;
  list.patchEmbed(config);
  list.weight("cls_token", {1, 1, config.embedDim});
  list.weight("pos_embed", {1, config.tokens(), config.embedDim});
  for (int64_t i = 0; i < config.depth; ++i)
    list.block(absl::StrCat("blocks.", i), config);
  list.layerNorm("norm", config.embedDim);
  list.linear("head", config.numClasses, config.embedDim);
  return std::move(list.specs);
}

int64_t countVitParameters(const ModelConfig &config) {
  return countElements(vitParameters(config));
}

} // namespace mixq
