//===- Vit.h - ViT and DeiT -------------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_VIT_VIT_H
#define MIXQ_FRONTEND_VIT_VIT_H

#include "absl/status/status.h"
#include "dialect/store/Tensor.h"
#include "frontend/Family.h"

#include <map>
#include <string>
#include <vector>

namespace mixq {

const Family &vitFamily();

/// timm's registered names.
absl::Span<const TimmArchitecture> vitArchitectures();

/// What timm's VisionTransformer or VisionTransformerDistilled would be built
/// from; see Family.
Network readTimmVit(const TimmArchitecture &architecture,
                    const ModelConfig &config, JsonFields &arguments);

/// What transformers' ViT and DeiT classes would be built from; see Family.
Network readHuggingFaceVit(const HuggingFaceClass &modelClass,
                           const ModelConfig &config, JsonFields &root);

// What Family.h asks for.

std::vector<ParameterSpec> parametersOf(const ModelConfig &config,
                                        const VitNetwork &network);

inline void recognizeNames(const std::map<std::string, Tensor> &,
                           VitNetwork &) {}

std::vector<std::string> sourcesOf(const ModelConfig &config,
                                   const VitNetwork &network,
                                   const std::string &name);

std::string nameInCheckpoint(const ModelConfig &config,
                             const VitNetwork &network,
                             const std::string &name);

bool isUnused(const ModelConfig &config, const VitNetwork &network,
              const std::string &name);

absl::Status checkNetwork(const ModelConfig &config, const VitNetwork &network);

void followImageSize(const ModelConfig &config, VitNetwork &network);

void resamplePositions(const VitNetwork &before, const VitNetwork &after,
                       std::map<std::string, Tensor> &tensors);

inline int64_t headWidth(const VitNetwork &network) { return network.embedDim; }

} // namespace mixq

#endif // MIXQ_FRONTEND_VIT_VIT_H
