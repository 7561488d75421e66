//===- VitNames.cpp - Tensors of ViT and DeiT in transformers -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/HuggingFaceNames.h"
#include "frontend/vit/Vit.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include <cstring>

namespace mixq {
namespace {

/// timm's modules and what transformers calls them, outside of blocks. A `*`
/// stands for the model's prefix.
constexpr Renaming kModules[] = {
    {"patch_embed.proj", "*embeddings.patch_embeddings.projection"},
    {"cls_token", "*embeddings.cls_token"},
    {"dist_token", "*embeddings.distillation_token"},
    {"pos_embed", "*embeddings.position_embeddings"},
    {"norm", "*layernorm"},
    {"head_dist", "distillation_classifier"},
};

/// The module of the projections to queries, keys and values.
constexpr char kAttention[] = "attention.attention";

/// "vit."
std::string prefixOf(const ModelConfig &config) {
  return absl::StrCat(config.huggingFace->modelType, ".");
}

} // namespace

std::vector<std::string> sourcesOf(const ModelConfig &config,
                                   const VitNetwork &network,
                                   const std::string &name) {
  if (!config.huggingFace)
    return {name};
  const std::string prefix = prefixOf(config), kind = kindOf(name);
  const std::string module = name.substr(0, name.size() - kind.size());
  if (module == "head")
    return {(network.distillationHead ? "cls_classifier" : "classifier") +
            kind};
  if (!absl::StartsWith(module, "blocks."))
    return {absl::StrReplaceAll(renamed(kModules, module), {{"*", prefix}}) +
            kind};
  // blocks.I.X
  const size_t start = strlen("blocks."), dot = module.find('.', start);
  const std::string number = module.substr(start, dot - start);
  return blockSources(absl::StrCat(prefix, "encoder.layer.", number, "."),
                      kAttention, module.substr(dot + 1), kind);
}

std::string nameInCheckpoint(const ModelConfig &config, const VitNetwork &,
                             const std::string &name) {
  if (!config.huggingFace)
    return name;
  const std::string layers = prefixOf(config) + "layers.";
  if (!absl::StartsWith(name, layers))
    return name;
  return classicBlockName(kAttention,
                          absl::StrCat(prefixOf(config), "encoder.layer.",
                                       name.substr(layers.size())));
}

bool isUnused(const ModelConfig &config, const VitNetwork &,
              const std::string &name) {
  if (!config.huggingFace)
    return false;
  const std::string prefix = prefixOf(config);
  return absl::StartsWith(name, prefix + "pooler.") ||
         name == prefix + "embeddings.mask_token";
}

} // namespace mixq
