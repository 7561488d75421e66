//===- SwinNames.cpp - Tensors of a Swin in transformers ------------------===//
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

} // namespace

std::vector<std::string> sourcesOf(const ModelConfig &, const SwinNetwork &,
                                   const std::string &name) {
  const std::string kind = kindOf(name);
  const std::string module = name.substr(0, name.size() - kind.size());
  if (const char *found = renamed(kModules, module))
    return {found + kind};
  // layers.I.downsample.X and layers.I.blocks.J.X
  const size_t start = strlen("layers."), dot = module.find('.', start);
  int64_t stage = 0;
  (void)absl::SimpleAtoi(module.substr(start, dot - start), &stage); // ours
  const std::string encoder = "swin.encoder.layers.";
  // timm merges at the start of a stage, transformers at the end of the one
  // before.
  if (absl::StartsWith(module.substr(dot), ".downsample."))
    return {absl::StrCat(encoder, stage - 1, module.substr(dot), kind)};
  const size_t end = module.find('.', dot + strlen(".blocks."));
  return blockSources(
      absl::StrCat(encoder, stage, module.substr(dot, end - dot), "."),
      kAttention, module.substr(end + 1), kind);
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
