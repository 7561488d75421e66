//===- TensorFiles.cpp - The archives of a checkpoint ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/TensorFiles.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "dialect/store/Json.h"
#include "dialect/store/JsonFields.h"
#include "dialect/store/Safetensors.h"

#include <filesystem>
#include <set>

using nlohmann::json;

namespace mixq {
namespace {

/// The tensors that an index expects in each archive.
using Shards = std::map<std::string, std::set<std::string>>;

/// A name that stays in the folder: no path, and neither "." nor "..".
bool isFileName(const std::string &name) {
  return absl::EndsWith(name, ".safetensors") &&
         name.find_first_of(std::string_view("/\\\0", 3)) == name.npos &&
         name.front() != '.';
}

absl::StatusOr<Shards> parseIndex(const json &document,
                                  const std::string &source) {
  JsonFields root(document, source);
  root.find("metadata");
  const json *map = root.find("weight_map");
  if (!map || !map->is_object() || map->empty())
    root.fail("weight_map", "an object that names the file of each tensor",
              map ? json(map->type_name()) : json());
  if (absl::Status status = root.finish(); !status.ok())
    return status;
  Shards shards;
  for (const auto &[tensor, file] : map->items()) {
    if (!file.is_string() || !isFileName(file.get<std::string>()))
      return absl::InvalidArgumentError(absl::StrCat(
          source, ": tensor ", quoteForMessage(tensor),
          " expects the name of a .safetensors file in the same folder, found ",
          quoteForMessage(file.dump())));
    shards[file.get<std::string>()].insert(tensor);
  }
  return shards;
}

/// Moves the tensors of one archive to the others'.
absl::Status addShard(const std::string &path,
                      const std::set<std::string> &expected,
                      std::map<std::string, Tensor> &tensors) {
  absl::StatusOr<Archive> archive = readSafetensors(path);
  if (!archive.ok())
    return archive.status();
  for (const std::string &name : expected)
    if (archive->tensors.count(name) == 0)
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": expects tensor ", quoteForMessage(name),
                       ", as the index says, found none"));
  for (auto &[name, tensor] : archive->tensors) {
    if (expected.count(name) == 0)
      return absl::InvalidArgumentError(
          absl::StrCat(path,
                       ": expects only tensors that the index places "
                       "here, found ",
                       quoteForMessage(name)));
    tensors.emplace(name, std::move(tensor));
  }
  return absl::OkStatus();
}

absl::StatusOr<TensorFiles> readShards(const std::filesystem::path &folder,
                                       const std::string &indexPath) {
  absl::StatusOr<json> document = readJson(indexPath);
  if (!document.ok())
    return document.status();
  absl::StatusOr<Shards> shards = parseIndex(*document, indexPath);
  if (!shards.ok())
    return shards.status();
  TensorFiles files;
  files.path = indexPath;
  for (const auto &[name, expected] : *shards)
    if (absl::Status status = addShard(folder / name, expected, files.tensors);
        !status.ok())
      return status;
  return files;
}

} // namespace

absl::StatusOr<TensorFiles> readTensorFiles(const std::string &path) {
  const std::filesystem::path folder(path);
  const std::string single = folder / "model.safetensors";
  const std::string index = folder / "model.safetensors.index.json";
  // symlink_status: a link that leads nowhere is an error, not an absent file.
  std::error_code error;
  const auto isThere = [&](const std::string &file) {
    return std::filesystem::exists(
        std::filesystem::symlink_status(file, error));
  };
  if (!isThere(single) && isThere(index))
    return readShards(folder, index);
  absl::StatusOr<Archive> archive = readSafetensors(single);
  if (!archive.ok())
    return archive.status();
  return TensorFiles{std::move(archive->tensors), single};
}

} // namespace mixq
