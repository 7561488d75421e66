//===- HuggingFaceNames.cpp - Tensors of transformers ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/HuggingFaceNames.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace mixq {
namespace {

/// A block's modules in timm and in transformers.
constexpr Renaming kBlockModules[] = {
    {"norm1", "layernorm_before"},
    {"attn.relative_position_bias_table",
     "attention.self.relative_position_bias_table"},
    {"attn.proj", "attention.output.dense"},
    {"norm2", "layernorm_after"},
    {"mlp.fc1", "intermediate.dense"},
    {"mlp.fc2", "output.dense"},
};

/// Parts of the names of version 5. A `*` stands for the module of the three
/// projections.
constexpr Renaming kNewNames[] = {
    {".attention.q_proj.", ".*.query."},
    {".attention.k_proj.", ".*.key."},
    {".attention.v_proj.", ".*.value."},
    {".attention.o_proj.", ".attention.output.dense."},
    {".attention.relative_position_bias.", ".*."},
    {".mlp.fc1.", ".intermediate.dense."},
    {".mlp.fc2.", ".output.dense."},
};

} // namespace

const char *renamed(absl::Span<const Renaming> table, absl::string_view name) {
  for (const auto &[from, to] : table)
    if (name == from)
      return to;
  return nullptr;
}

std::string kindOf(const std::string &name) {
  for (const char *kind : {".weight", ".bias"})
    if (absl::EndsWith(name, kind))
      return kind;
  return "";
}

std::vector<std::string> blockSources(const std::string &block,
                                      const std::string &attention,
                                      const std::string &module,
                                      const std::string &kind) {
  if (module != "attn.qkv")
    return {block + renamed(kBlockModules, module) + kind};
  std::vector<std::string> sources;
  for (const char *part : {".query", ".key", ".value"})
    sources.push_back(absl::StrCat(block, attention, part, kind));
  return sources;
}

std::string classicBlockName(const std::string &attention, std::string name) {
  for (const auto &[from, to] : kNewNames)
    name = absl::StrReplaceAll(
        name, {{from, absl::StrReplaceAll(to, {{"*", attention}})}});
  return name;
}

} // namespace mixq
