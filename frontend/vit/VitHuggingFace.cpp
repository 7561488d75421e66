//===- VitHuggingFace.cpp - ViT and DeiT of transformers -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/vit/Vit.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include <cfloat>
#include <utility>

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

/// timm's modules and what transformers calls them, outside of blocks and in.
/// A `*` stands for the model's prefix.
using Renaming = std::pair<const char *, const char *>;
constexpr Renaming kModules[] = {
    {"patch_embed.proj", "*embeddings.patch_embeddings.projection"},
    {"cls_token", "*embeddings.cls_token"},
    {"dist_token", "*embeddings.distillation_token"},
    {"pos_embed", "*embeddings.position_embeddings"},
    {"norm", "*layernorm"},
    {"head_dist", "distillation_classifier"},
};
constexpr Renaming kBlockModules[] = {
    {"norm1", "layernorm_before"}, {"attn.proj", "attention.output.dense"},
    {"norm2", "layernorm_after"},  {"mlp.fc1", "intermediate.dense"},
    {"mlp.fc2", "output.dense"},
};

/// What version 5 calls modules in memory, and some files therefore, too.
constexpr Renaming kNewNames[] = {
    {"attention.q_proj.", "attention.attention.query."},
    {"attention.k_proj.", "attention.attention.key."},
    {"attention.v_proj.", "attention.attention.value."},
    {"attention.o_proj.", "attention.output.dense."},
    {"mlp.fc1.", "intermediate.dense."},
    {"mlp.fc2.", "output.dense."},
};

template <size_t N>
const char *renamed(const Renaming (&table)[N], absl::string_view name) {
  for (const auto &[from, to] : table)
    if (name == from)
      return to;
  return nullptr;
}

/// "weight" or "bias" where a name ends in it.
absl::string_view kindOf(absl::string_view name) {
  const size_t dot = name.rfind('.');
  const absl::string_view last = dot == name.npos ? "" : name.substr(dot + 1);
  return last == "weight" || last == "bias" ? last : absl::string_view();
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

std::vector<std::string> sourcesOf(const ModelConfig &config,
                                   const VitNetwork &network,
                                   const std::string &name) {
  const std::string prefix = absl::StrCat(config.huggingFace->modelType, ".");
  const absl::string_view kind = kindOf(name);
  const std::string suffix = kind.empty() ? "" : absl::StrCat(".", kind);
  std::string module = name.substr(0, name.size() - suffix.size());
  if (module == "head")
    return {(network.distillationHead ? "cls_classifier" : "classifier") +
            suffix};
  if (!absl::StartsWith(module, "blocks."))
    return {absl::StrReplaceAll(renamed(kModules, module), {{"*", prefix}}) +
            suffix};
  const size_t dot = module.find('.', strlen("blocks."));
  const std::string block = absl::StrCat(
      prefix, "encoder.layer.",
      module.substr(strlen("blocks."), dot - strlen("blocks.")), ".");
  module = module.substr(dot + 1);
  if (module != "attn.qkv")
    return {block + renamed(kBlockModules, module) + suffix};
  const std::string attention = block + "attention.attention.";
  return {attention + "query" + suffix, attention + "key" + suffix,
          attention + "value" + suffix};
}

std::string nameInCheckpoint(const ModelConfig &config, const VitNetwork &,
                             const std::string &name) {
  if (!config.huggingFace)
    return name;
  const std::string prefix = absl::StrCat(config.huggingFace->modelType, ".");
  if (!absl::StartsWith(name, prefix + "layers."))
    return name;
  std::string classic = prefix + "encoder.layer." +
                        name.substr(prefix.size() + strlen("layers."));
  for (const auto &[from, to] : kNewNames)
    classic = absl::StrReplaceAll(classic, {{from, to}});
  return classic;
}

bool isUnused(const ModelConfig &config, const VitNetwork &,
              const std::string &name) {
  if (!config.huggingFace)
    return false;
  const std::string prefix = absl::StrCat(config.huggingFace->modelType, ".");
  return absl::StartsWith(name, prefix + "pooler.") ||
         name == prefix + "embeddings.mask_token";
}

} // namespace mixq
