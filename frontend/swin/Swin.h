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

/// The state dict of timm's SwinTransformer.
std::vector<ParameterSpec> parametersOf(const ModelConfig &config,
                                        const SwinNetwork &network);

/// Whether the checkpoint has the names of the first releases.
void recognizeNames(const std::map<std::string, Tensor> &tensors,
                    SwinNetwork &network);

/// What the checkpoint calls the tensor that timm calls `name`: one name, or
/// those of query, key and value.
std::vector<std::string> sourcesOf(const ModelConfig &config,
                                   const SwinNetwork &network,
                                   const std::string &name);

/// The classic name of a tensor of transformers that has its newer one.
std::string nameInCheckpoint(const ModelConfig &config,
                             const SwinNetwork &network,
                             const std::string &name);

/// Whether inference does without this tensor of a checkpoint: indices and
/// masks that follow from the sizes, and what only training reads.
bool isUnused(const ModelConfig &config, const SwinNetwork &network,
              const std::string &name);

/// Gives the network the maps and windows of `config`'s image.
void followImageSize(const ModelConfig &config, SwinNetwork &network);

/// Resamples tables of relative positions, and absolute ones, from the sizes of
/// `before` to those of `after`.
void resamplePositions(const SwinNetwork &before, const SwinNetwork &after,
                       std::map<std::string, Tensor> &tensors);

/// Columns of what the head reads.
inline int64_t headWidth(const SwinNetwork &network) {
  return network.stages.empty() ? 1 : network.stages.back().width;
}

/// OK if the sizes agree with each other and are within the limits of Config.h;
/// else an error without the file's name.
absl::Status checkNetwork(const ModelConfig &config,
                          const SwinNetwork &network);

/// "layers.1.blocks.0"
std::string swinBlockName(int64_t stage, int64_t block);

} // namespace mixq

#endif // MIXQ_FRONTEND_SWIN_SWIN_H
