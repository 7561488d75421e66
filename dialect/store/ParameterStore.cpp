//===- ParameterStore.cpp - The tensors that IR names ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/ParameterStore.h"

#include "absl/strings/str_cat.h"
#include "dialect/store/Json.h"

#include <utility>

using namespace mixq;

uint64_t ParameterStore::insert(const std::string &name, Tensor tensor) {
  uint64_t hash = tensor.hash();
  std::lock_guard<std::mutex> lock(mutex);
  entries[name] = Entry{std::move(tensor), hash};
  return hash;
}

absl::StatusOr<Tensor> ParameterStore::lookup(const std::string &name,
                                              uint64_t hash) const {
  std::lock_guard<std::mutex> lock(mutex);
  auto found = entries.find(name);
  if (found == entries.end())
    return absl::NotFoundError(
        absl::StrCat("parameter ", quoteForMessage(name), " is not among the ",
                     entries.size(), " loaded parameters"));
  if (found->second.hash != hash)
    return absl::FailedPreconditionError(absl::StrCat(
        "parameter ", quoteForMessage(name), " has the content hash ",
        formatHash(found->second.hash), ", not ", formatHash(hash),
        ": the parameters belong to another version of the network"));
  return found->second.tensor;
}

bool ParameterStore::contains(const std::string &name) const {
  std::lock_guard<std::mutex> lock(mutex);
  return entries.count(name) != 0;
}

absl::Status ParameterStore::load(const std::string &path) {
  absl::StatusOr<Archive> archive = readSafetensors(path);
  if (!archive.ok())
    return archive.status();
  for (auto &[name, tensor] : archive->tensors)
    insert(name, std::move(tensor));
  return absl::OkStatus();
}

void ParameterStore::addAll(const ParameterStore &other) {
  std::map<std::string, Entry> added;
  {
    std::lock_guard<std::mutex> lock(other.mutex);
    added = other.entries;
  }
  std::lock_guard<std::mutex> lock(mutex);
  for (auto &[name, entry] : added)
    entries[name] = std::move(entry);
}

absl::Status ParameterStore::save(const std::string &path) const {
  Archive archive;
  {
    std::lock_guard<std::mutex> lock(mutex);
    for (const auto &[name, entry] : entries)
      archive.tensors[name] = entry.tensor;
  }
  return writeSafetensors(path, archive);
}

void ParameterStore::clear() {
  std::lock_guard<std::mutex> lock(mutex);
  entries.clear();
}

std::string mixq::formatHash(uint64_t hash) {
  return absl::StrCat(absl::Hex(hash, absl::kZeroPad16));
}

std::optional<uint64_t> mixq::parseHash(absl::string_view text) {
  if (text.size() != 16)
    return std::nullopt;
  uint64_t hash = 0;
  for (char digit : text) {
    bool isDecimal = digit >= '0' && digit <= '9';
    if (!isDecimal && !(digit >= 'a' && digit <= 'f'))
      return std::nullopt;
    hash = hash << 4 | (isDecimal ? digit - '0' : digit - 'a' + 10);
  }
  return hash;
}
