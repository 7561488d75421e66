//===- Vit.h - ViT and DeiT -----------------------------------*- C++ -*-===//
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

/// The state dict of timm's VisionTransformer or VisionTransformerDistilled.
std::vector<ParameterSpec> parametersOf(const ModelConfig &config,
                                        const VitNetwork &network);

/// All checkpoints of one layout have the same names.
inline void recognizeNames(const std::map<std::string, Tensor> &,
                           VitNetwork &) {}

/// What the checkpoint calls the tensor that timm calls `name`: one name, or
/// those of query, key and value.
std::vector<std::string> sourcesOf(const ModelConfig &config,
                                   const VitNetwork &network,
                                   const std::string &name);

/// sourcesOf()'s name of a tensor that version 5 calls something else.
std::string nameInCheckpoint(const ModelConfig &config,
                             const VitNetwork &network,
                             const std::string &name);

/// The pooler and the mask token of transformers, which classifiers do not use.
bool isUnused(const ModelConfig &config, const VitNetwork &network,
              const std::string &name);

/// Gives the network the grid of `config`'s image.
void followImageSize(const ModelConfig &config, VitNetwork &network);

/// Resamples the position embedding from the sizes of `before` to
/// those of `after`.
void resamplePositions(const VitNetwork &before, const VitNetwork &after,
                       std::map<std::string, Tensor> &tensors);

/// Columns of what the head reads.
inline int64_t headWidth(const VitNetwork &network) { return network.embedDim; }

/// OK if the sizes agree with each other and are within the limits of Config.h;
/// else an error without the file's name.
absl::Status checkNetwork(const ModelConfig &config, const VitNetwork &network);

} // namespace mixq

#endif // MIXQ_FRONTEND_VIT_VIT_H
