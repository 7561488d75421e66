//===- Checkpoint.cpp - A model's tensors and its config ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Checkpoint.h"

#include "absl/strings/str_cat.h"
#include "dialect/store/Safetensors.h"
#include "frontend/RandomWeights.h"
#include "frontend/TensorChecks.h"

#include <filesystem>

namespace mixq {

absl::StatusOr<Checkpoint> Checkpoint::openFolder(const std::string &path) {
  const std::filesystem::path folder(path);
  absl::StatusOr<ModelConfig> config = readConfig(folder / "config.json");
  if (!config.ok())
    return config.status();
  const std::string file = folder / "model.safetensors";
  absl::StatusOr<Archive> archive = readSafetensors(file);
  if (!archive.ok())
    return archive.status();
  if (absl::Status status =
          checkTensors(archive->tensors, parametersOf(*config), file);
      !status.ok())
    return status;
  return Checkpoint(*std::move(config), std::move(archive->tensors),
                    "checkpoint");
}

absl::StatusOr<Checkpoint> Checkpoint::openRandom(const std::string &path,
                                                  uint64_t seed) {
  absl::StatusOr<ModelConfig> config = readConfig(path);
  if (!config.ok())
    return config.status();
  std::map<std::string, Tensor> tensors =
      randomWeights(parametersOf(*config), seed);
  return Checkpoint(*std::move(config), std::move(tensors),
                    absl::StrCat("random weights, seed ", seed));
}

absl::StatusOr<Checkpoint> Checkpoint::open(const std::string &path,
                                            const CheckpointOptions &options) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    return absl::NotFoundError(
        absl::StrCat(path, ": expects a model, found nothing there"));
  const bool isFolder = std::filesystem::is_directory(status);
  if (isFolder && options.randomWeights)
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": random weights expect a config.json, found a "
                           "folder"));
  if (!isFolder && !options.randomWeights)
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        ": expects a folder with model.safetensors and "
        "config.json, found a file; a bare config.json needs random weights"));
  return isFolder ? openFolder(path) : openRandom(path, options.seed);
}

} // namespace mixq
