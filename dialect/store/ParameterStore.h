//===- ParameterStore.h - The tensors that IR names -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights and scales never print inline. A `mixq.parameter` op names a tensor
// here by name and content hash; the dialect owns one store per MLIR context.
// Tensors are immutable once stored and share their bytes with whoever reads
// them; a pass that changes a weight stores the new tensor under a name and
// binds its op to the new hash.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_STORE_PARAMETERSTORE_H
#define MIXQ_DIALECT_STORE_PARAMETERSTORE_H

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dialect/store/Safetensors.h"
#include "dialect/store/Tensor.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace mixq {

/// All members are safe to call from several threads.
class ParameterStore {
public:
  /// Stores `tensor`, replacing what had the name; returns its hash.
  uint64_t insert(const std::string &name, Tensor tensor);

  /// The tensor of that name, if its content has that hash. Errors say whether
  /// the name is absent or bound to other content.
  absl::StatusOr<Tensor> lookup(const std::string &name, uint64_t hash) const;

  bool contains(const std::string &name) const;

  /// Adds every tensor of a safetensors archive.
  absl::Status load(const std::string &path);
  /// Adds every tensor of another store; their bytes are shared.
  void addAll(const ParameterStore &other);
  absl::Status save(const std::string &path) const;
  void clear();

private:
  struct Entry {
    Tensor tensor;
    uint64_t hash;
  };
  mutable std::mutex mutex;
  std::map<std::string, Entry> entries;
};

/// A content hash as `mixq.parameter` writes it: sixteen lower case hexadecimal
/// digits.
std::string formatHash(uint64_t hash);
std::optional<uint64_t> parseHash(absl::string_view text);

} // namespace mixq

#endif // MIXQ_DIALECT_STORE_PARAMETERSTORE_H
