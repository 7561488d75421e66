//===- Config.cpp - What a checkpoint's config says -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Config.h"

#include "absl/strings/str_cat.h"
#include "frontend/ClassNames.h"
#include "frontend/HuggingFaceConfig.h"
#include "frontend/TimmConfig.h"
#include "frontend/swin/Swin.h"
#include "frontend/vit/Vit.h"

#include <filesystem>

using nlohmann::json;

namespace mixq {
namespace {

absl::Status checkLimits(const ModelConfig &config) {
  const absl::Status status = std::visit(
      [&](const auto &network) { return checkNetwork(config, network); },
      config.network);
  if (!status.ok())
    return status;
  if (const int64_t count = countElements(parametersOf(config));
      count > kMaxParameters)
    return absl::InvalidArgumentError(
        absl::StrCat("the model expects at most ", kMaxParameters,
                     " parameters, found ", count));
  return absl::OkStatus();
}

absl::StatusOr<ModelConfig> configOf(const absl::StatusOr<json> &document,
                                     const std::string &source) {
  if (!document.ok())
    return document.status();
  absl::StatusOr<ModelConfig> config =
      isHuggingFaceConfig(*document) ? parseHuggingFaceConfig(*document, source)
                                     : parseTimmConfig(*document, source);
  if (!config.ok())
    return config.status();
  if (absl::Status status = checkLimits(*config); !status.ok())
    return absl::Status(status.code(),
                        absl::StrCat(source, ": ", status.message()));
  return config;
}

std::string beside(const std::string &path, const char *name) {
  return std::filesystem::path(path).replace_filename(name);
}

/// A link that leads nowhere is there, so that opening it fails.
bool isThere(const std::string &path) {
  std::error_code error;
  return std::filesystem::exists(std::filesystem::symlink_status(path, error));
}

absl::Status addProcessor(const std::string &path, bool isNeeded,
                          ModelConfig &config) {
  const std::string file = beside(path, "preprocessor_config.json");
  if (!isNeeded && !isThere(file))
    return absl::OkStatus();
  absl::StatusOr<json> document = readJson(file);
  if (!document.ok())
    return document.status();
  return readImageProcessor(*document, file, config);
}

} // namespace

absl::Status checkTiling(const ModelConfig &config, int64_t patchHeight,
                         int64_t patchWidth) {
  if (config.imageHeight % patchHeight == 0 &&
      config.imageWidth % patchWidth == 0)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("'patch_size' expects a divisor of the image's ",
                   config.imageHeight, " x ", config.imageWidth,
                   " pixels, found ", patchHeight, " x ", patchWidth));
}

absl::StatusOr<ModelConfig> parseConfig(absl::string_view text,
                                        const std::string &source) {
  return configOf(parseJson(text, source), source);
}

absl::StatusOr<ModelConfig> readConfig(const std::string &path,
                                       bool needsProcessor) {
  absl::StatusOr<ModelConfig> config = configOf(readJson(path), path);
  if (!config.ok())
    return config;
  if (config->huggingFace)
    if (absl::Status status = addProcessor(path, needsProcessor, *config);
        !status.ok())
      return status;
  const std::string table = beside(path, "classes.tsv");
  if (!isThere(table))
    return config;
  auto names = readClassNames(table, config->numClasses);
  if (!names.ok())
    return names.status();
  config->classNames = *std::move(names);
  return config;
}

} // namespace mixq
