//===- SwinNames.cpp - Tensors of a Swin in checkpoints -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/HuggingFaceNames.h"
#include "frontend/swin/Swin.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include <cstring>

namespace mixq {
namespace {

/// timm's modules and those of transformers, outside of stages.
constexpr Renaming kModules[] = {
    {"patch_embed.proj", "swin.embeddings.patch_embeddings.projection"},
    {"patch_embed.norm", "swin.embeddings.norm"},
    {"absolute_pos_embed", "swin.embeddings.position_embeddings"},
    {"norm", "swin.layernorm"},
    {"head.fc", "classifier"},
};

/// The module of the projections to queries, keys and values.
constexpr char kAttention[] = "attention.self";

/// timm merges patches at the start of a stage; transformers does at the end of
/// the one before, and so did the first releases. `name` as they have it.
std::string mergedBefore(const std::string &name) {
  const size_t start = strlen("layers."), dot = name.find('.', start);
  int64_t stage = 0;
  if (!absl::StartsWith(name, "layers.") ||
      !absl::StartsWith(name.substr(dot), ".downsample.") ||
      !absl::SimpleAtoi(name.substr(start, dot - start), &stage))
    return name;
  return absl::StrCat("layers.", stage - 1, name.substr(dot));
}

std::vector<std::string> sourcesInTransformers(const std::string &name) {
  const std::string kind = kindOf(name);
  const std::string module = name.substr(0, name.size() - kind.size());
  if (const char *found = renamed(kModules, module))
    return {found + kind};
  // layers.I.downsample.X and layers.I.blocks.J.X
  const size_t blocks = module.find(".blocks.");
  if (blocks == module.npos)
    return {"swin.encoder." + mergedBefore(name)};
  const size_t end = module.find('.', blocks + strlen(".blocks."));
  return blockSources("swin.encoder." + module.substr(0, end + 1), kAttention,
                      module.substr(end + 1), kind);
}

} // namespace

void recognizeNames(const std::map<std::string, Tensor> &tensors,
                    SwinNetwork &network) {
  network.firstNames = tensors.count("layers.0.downsample.reduction.weight");
}

std::vector<std::string> sourcesOf(const ModelConfig &config,
                                   const SwinNetwork &network,
                                   const std::string &name) {
  if (config.huggingFace)
    return sourcesInTransformers(name);
  if (!network.firstNames)
    return {name};
  return {absl::StartsWith(name, "head.fc.")
              ? "head." + name.substr(strlen("head.fc."))
              : mergedBefore(name)};
}

std::string nameInCheckpoint(const ModelConfig &config, const SwinNetwork &,
                             const std::string &name) {
  return config.huggingFace ? classicBlockName(kAttention, name) : name;
}

bool isUnused(const ModelConfig &config, const SwinNetwork &,
              const std::string &name) {
  if (absl::EndsWith(name, ".relative_position_index"))
    return true;
  return config.huggingFace ? name == "swin.embeddings.mask_token"
                            : absl::EndsWith(name, ".attn_mask");
}

} // namespace mixq
