//===- HuggingFaceNames.h - Tensors of transformers -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// timm's names of tensors and those of transformers, as far as families share
// them. A tensor's name is its module and its kind, ".weight" or ".bias" or
// nothing.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_HUGGINGFACENAMES_H
#define MIXQ_FRONTEND_HUGGINGFACENAMES_H

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include <string>
#include <utility>
#include <vector>

namespace mixq {

/// What something is called here and there.
using Renaming = std::pair<const char *, const char *>;

/// The other name of `name`, or null if the table has none.
const char *renamed(absl::Span<const Renaming> table, absl::string_view name);

/// ".weight" or ".bias" where a tensor's name ends in it, else "".
std::string kindOf(const std::string &name);

/// The tensors of transformers that timm's `module` + `kind` of a block is made
/// of: those of query, key and value for `attn.qkv`, else one. transformers
/// calls the block `block`, with its last dot, and the three projections'
/// module `attention`.
std::vector<std::string> blockSources(const std::string &block,
                                      const std::string &attention,
                                      const std::string &module,
                                      const std::string &kind);

/// The classic name of a block's tensor that has its newer one: version 5 calls
/// modules something else in memory, and some files therefore, too.
std::string classicBlockName(const std::string &attention, std::string name);

} // namespace mixq

#endif // MIXQ_FRONTEND_HUGGINGFACENAMES_H
