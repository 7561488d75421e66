//===- Json.h - Strict JSON -------------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// nlohmann-json with what its parser leaves open closed: no duplicate keys, no
// NUL bytes, bounded nesting, size and number of values.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_STORE_JSON_H
#define MIXQ_DIALECT_STORE_JSON_H

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>

namespace mixq {

/// What a document may at most have.
struct JsonLimits {
  size_t bytes = size_t(16) << 20;
  size_t values = size_t(1) << 22;
  size_t depth = 64;
};

/// Parses one JSON document. Errors begin with `source` and the byte offset.
absl::StatusOr<nlohmann::json> parseJson(absl::string_view text,
                                         const std::string &source,
                                         const JsonLimits &limits = {});

/// Reads and parses a file.
absl::StatusOr<nlohmann::json> readJson(const std::string &path,
                                        const JsonLimits &limits = {});

/// A name from a file, quoted for an error message: escaped and not too long.
std::string quoteForMessage(absl::string_view name);

} // namespace mixq

#endif // MIXQ_DIALECT_STORE_JSON_H
