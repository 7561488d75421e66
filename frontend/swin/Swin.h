//===- Swin.h - Swin Transformers -------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_SWIN_SWIN_H
#define MIXQ_FRONTEND_SWIN_SWIN_H

#include "absl/status/status.h"
#include "dialect/store/Tensor.h"
#include "frontend/Family.h"

#include <map>
#include <string>
#include <vector>

namespace mixq {

const Family &swinFamily();

/// timm's registered names.
absl::Span<const TimmArchitecture> swinArchitectures();

/// What timm's SwinTransformer would be built from; see Family.
Network readTimmSwin(const TimmArchitecture &architecture,
                     const ModelConfig &config, JsonFields &arguments);

/// What SwinForImageClassification of transformers would be built from.
Network readHuggingFaceSwin(const HuggingFaceClass &modelClass,
                            const ModelConfig &config, JsonFields &root);

// What Family.h asks for.

std::vector<ParameterSpec> parametersOf(const ModelConfig &config,
                                        const SwinNetwork &network);

void recognizeNames(const std::map<std::string, Tensor> &tensors,
                    SwinNetwork &network);

std::vector<std::string> sourcesOf(const ModelConfig &config,
                                   const SwinNetwork &network,
                                   const std::string &name);

std::string nameInCheckpoint(const ModelConfig &config,
                             const SwinNetwork &network,
                             const std::string &name);

bool isUnused(const ModelConfig &config, const SwinNetwork &network,
              const std::string &name);

absl::Status checkNetwork(const ModelConfig &config,
                          const SwinNetwork &network);

void followImageSize(const ModelConfig &config, SwinNetwork &network);

void resamplePositions(const SwinNetwork &before, const SwinNetwork &after,
                       std::map<std::string, Tensor> &tensors);

inline int64_t headWidth(const SwinNetwork &network) {
  return network.stages.empty() ? 1 : network.stages.back().width;
}

/// "layers.1.blocks.0"
std::string swinBlockName(int64_t stage, int64_t block);

} // namespace mixq

#endif // MIXQ_FRONTEND_SWIN_SWIN_H
