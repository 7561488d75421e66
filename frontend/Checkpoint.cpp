//===- Checkpoint.cpp - A model's tensors and its config ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Checkpoint.h"

#include "absl/strings/str_cat.h"
#include "dialect/store/Json.h"
#include "frontend/ImageSize.h"
#include "frontend/RandomWeights.h"
#include "frontend/TensorAssembly.h"
#include "frontend/TensorFiles.h"

#include <filesystem>

namespace mixq {

/// Tensors under their usual names, without those that inference does without.
static absl::StatusOr<std::map<std::string, Tensor>>
withUsualNames(TensorFiles files, const ModelConfig &config) {
  std::map<std::string, Tensor> tensors;
  for (auto &[name, tensor] : files.tensors) {
    const std::string usual = tensorName(config, name);
    if (!usual.empty() && !tensors.emplace(usual, std::move(tensor)).second)
      return absl::InvalidArgumentError(
          absl::StrCat(files.path, ": tensor ", quoteForMessage(name),
                       " is there twice, also as ", quoteForMessage(usual)));
  }
  return tensors;
}

absl::StatusOr<Checkpoint> Checkpoint::openFolder(const std::string &path) {
  absl::StatusOr<ModelConfig> config =
      readConfig(std::filesystem::path(path) / "config.json");
  if (!config.ok())
    return config.status();
  absl::StatusOr<TensorFiles> files = readTensorFiles(path);
  if (!files.ok())
    return files.status();
  const std::string source = files->path;
  recognizeNames(files->tensors, *config);
  auto tensors = withUsualNames(*std::move(files), *config);
  if (tensors.ok())
    tensors = assembleTensors(*tensors, parametersOf(*config), source);
  if (!tensors.ok())
    return tensors.status();
  return Checkpoint(*std::move(config), *std::move(tensors), "checkpoint");
}

absl::StatusOr<Checkpoint> Checkpoint::openRandom(const std::string &path,
                                                  uint64_t seed) {
  absl::StatusOr<ModelConfig> config =
      readConfig(path, /*needsProcessor=*/false);
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
  absl::StatusOr<Checkpoint> checkpoint =
      isFolder ? openFolder(path) : openRandom(path, options.seed);
  if (!checkpoint.ok() || !options.imageSize)
    return checkpoint;
  if (absl::Status resized = changeImageSize(
          checkpoint->modelConfig, checkpoint->tensorMap, *options.imageSize);
      !resized.ok())
    return absl::Status(
        resized.code(),
        absl::StrCat(path, ": image size ", options.imageSize->height, " x ",
                     options.imageSize->width, ": ", resized.message()));
  return checkpoint;
}

} // namespace mixq
