//===- HuggingFaceConfig.h - Configs of transformers ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_HUGGINGFACECONFIG_H
#define MIXQ_FRONTEND_HUGGINGFACECONFIG_H

#include "dialect/store/Json.h"
#include "frontend/Config.h"

namespace mixq {

/// Whether a config is one of Hugging Face transformers rather than timm's.
bool isHuggingFaceConfig(const nlohmann::json &document);

/// The config.json of an image classifier as transformers saves it: the first
/// of `architectures` is the class, its keys give the sizes, `id2label` names
/// the classes. The preprocessing is that of an image processor that was never
/// configured: resize to the image's size, bilinear, mean and std 0.5.
absl::StatusOr<ModelConfig>
parseHuggingFaceConfig(const nlohmann::json &document,
                       const std::string &source);

/// Reads `preprocessor_config.json` into `config.preprocessing`. Its images
/// must have the size that the config says.
absl::Status readImageProcessor(const nlohmann::json &document,
                                const std::string &source, ModelConfig &config);

} // namespace mixq

#endif // MIXQ_FRONTEND_HUGGINGFACECONFIG_H
