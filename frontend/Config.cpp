//===- Config.cpp - What a checkpoint's config says ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Config.h"

#include "absl/strings/str_cat.h"
#include "frontend/ClassNames.h"
#include "frontend/TimmConfig.h"
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
  absl::StatusOr<ModelConfig> config = parseTimmConfig(*document, source);
  if (!config.ok())
    return config.status();
  if (absl::Status status = checkLimits(*config); !status.ok())
    return absl::Status(status.code(),
                        absl::StrCat(source, ": ", status.message()));
  return config;
}

} // namespace

absl::StatusOr<ModelConfig> parseConfig(absl::string_view text,
                                        const std::string &source) {
  return configOf(parseJson(text, source), source);
}

absl::StatusOr<ModelConfig> readConfig(const std::string &path) {
  absl::StatusOr<ModelConfig> config = configOf(readJson(path), path);
  const std::filesystem::path table =
      std::filesystem::path(path).replace_filename("classes.tsv");
  std::error_code error;
  if (!config.ok() || !std::filesystem::exists(table, error))
    return config;
  auto names = readClassNames(table, config->numClasses);
  if (!names.ok())
    return names.status();
  config->classNames = *std::move(names);
  return config;
}

} // namespace mixq
