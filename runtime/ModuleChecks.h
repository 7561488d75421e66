//===- ModuleChecks.h - What the verifier is made of ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The checks that the rules of ModuleVerifier.cpp are made of. Each names the
// rule, the place and the value found.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_MODULECHECKS_H
#define MIXQ_RUNTIME_MODULECHECKS_H

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "flatbuffers/flatbuffers.h"
#include "runtime/ModuleVerifier.h"
#include "runtime/Text.h"

/// Leaves the function if `expression` is an error.
#define MIXQ_CHECK_STATUS(expression)                                          \
  if (absl::Status status = (expression); !status.ok())                        \
  return status

namespace mixq {
namespace checks {

/// An error of rule `rule` at `where` ("step 3 'blocks.0.attn'").
template <typename... Parts>
absl::Status broken(const char *rule, absl::string_view where,
                    const Parts &...parts) {
  return absl::DataLossError(
      absl::StrCat("(", rule, ") ", where, ": ", parts...));
}

inline absl::string_view view(const flatbuffers::String *text) {
  return absl::string_view(text->data(), text->size());
}

inline absl::Status checkText(const char *rule, absl::string_view where,
                              const flatbuffers::String *text, size_t limit) {
  if (text->size() == 0 || text->size() > limit)
    return broken(rule, where, "text of ", text->size(),
                  " bytes, expected 1 to ", limit);
  if (!isCleanText(view(text)))
    return broken(rule, where, "not valid UTF-8 or with a control character");
  return absl::OkStatus();
}

template <typename T>
absl::Status checkRange(const char *rule, absl::string_view where,
                        absl::string_view name, T value, T least, T most) {
  if (value < least || value > most)
    return broken(rule, where, name, " is ", value, ", expected ", least,
                  " to ", most);
  return absl::OkStatus();
}

/// An aligned, non-wrapping range of `size` bytes at `offset` in a space of
/// `limit` bytes.
inline absl::Status checkPlace(const char *rule, absl::string_view where,
                               uint64_t offset, uint64_t size, uint64_t limit) {
  if (offset % bufferAlignment != 0)
    return broken(rule, where, "offset ", offset, " is no multiple of ",
                  bufferAlignment);
  if (offset > limit || size > limit - offset)
    return broken(rule, where, size, " bytes at offset ", offset,
                  " exceed the ", limit, " there");
  return absl::OkStatus();
}

} // namespace checks
} // namespace mixq

#endif // MIXQ_RUNTIME_MODULECHECKS_H
