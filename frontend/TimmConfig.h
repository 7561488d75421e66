//===- TimmConfig.h - config.json as timm writes it -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_TIMMCONFIG_H
#define MIXQ_FRONTEND_TIMMCONFIG_H

#include "dialect/store/Json.h"
#include "frontend/Config.h"

namespace mixq {

/// The config of timm's hub format: `architecture` names a registered model,
/// `model_args` overrides its arguments, `pretrained_cfg` tells the image size
/// and the preprocessing. `source` names the file in errors.
absl::StatusOr<ModelConfig> parseTimmConfig(const nlohmann::json &document,
                                            const std::string &source);

} // namespace mixq

#endif // MIXQ_FRONTEND_TIMMCONFIG_H
