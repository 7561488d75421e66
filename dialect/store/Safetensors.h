//===- Safetensors.h - The safetensors archive ------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A strict reader and a deterministic writer. The header is hostile input:
// duplicate keys, overlapping or gapped tensors, sizes that wrap, unknown
// element types and trailing bytes are errors that name the tensor.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_STORE_SAFETENSORS_H
#define MIXQ_DIALECT_STORE_SAFETENSORS_H

#include "absl/status/statusor.h"
#include "dialect/store/Tensor.h"

#include <map>
#include <string>

namespace mixq {

struct Archive {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Reads a whole archive. Errors name the file, the tensor and the rule.
absl::StatusOr<Archive> readSafetensors(const std::string &path);

/// Parses an archive held in memory; `source` names it in errors.
absl::StatusOr<Archive> parseSafetensors(const uint8_t *bytes, size_t size,
                                         const std::string &source);

/// Writes tensors in the order of decreasing element size, then of their names:
/// each is aligned to its elements, and equal archives are byte-identical. The
/// file appears under its name only when complete.
absl::Status writeSafetensors(const std::string &path, const Archive &archive);

} // namespace mixq

#endif // MIXQ_DIALECT_STORE_SAFETENSORS_H
