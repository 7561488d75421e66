//===- Embed.h - Writes programs and shared objects -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_EMBED_H
#define MIXQ_TOOLS_MIXQ_COMPILE_EMBED_H

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace mixq {

/// Whether --emit=`kind` wraps a module: "executable", "benchmarks" and
/// "shared".
bool wrapsModule(const std::string &kind);

/// What can go wrong without a module: a prebuilt part of ours that is missing,
/// a name that no library can have, a header that cannot be written. For before
/// the long work.
absl::Status checkWrapping(const std::string &kind, const std::string &path);

/// Writes the module's bytes as an executable or a shared object with its
/// header.
absl::Status writeWrapped(const std::string &kind, const std::string &path,
                          const std::vector<uint8_t> &module);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_EMBED_H
