//===- Checkpoint.h - A model's tensors and its config ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_CHECKPOINT_H
#define MIXQ_FRONTEND_CHECKPOINT_H

#include "absl/status/statusor.h"
#include "dialect/store/Tensor.h"
#include "frontend/Config.h"

#include <map>
#include <optional>
#include <string>

namespace mixq {

struct CheckpointOptions {
  /// Make up the weights; MODEL is then a bare config.json.
  bool randomWeights = false;
  uint64_t seed = 0;
  /// Pixels of the images, if other than config.json says.
  std::optional<Extent> imageSize = std::nullopt;
};

/// A config and its tensors, which agree: exactly the tensors that the config
/// asks for, with its shapes, fp32 (widened, if need be) and finite. There is
/// no other way to make one than open(), so whoever holds one need not check
/// again.
class Checkpoint {
public:
  /// Opens MODEL: a folder with `config.json` and `model.safetensors` (see
  /// TensorFiles.h and Config.h), or with `options.randomWeights` a
  /// config.json. `classes.tsv` beside the config, if any, names the classes.
  /// Errors name the file and the key or the tensor, the rule and the value
  /// found.
  static absl::StatusOr<Checkpoint> open(const std::string &path,
                                         const CheckpointOptions &options = {});

  const ModelConfig &config() const { return modelConfig; }
  /// By the names of timm's state dict.
  const std::map<std::string, Tensor> &tensors() const { return tensorMap; }
  /// "checkpoint" or "random weights, seed 0".
  const std::string &provenance() const { return origin; }

private:
  Checkpoint(ModelConfig config, std::map<std::string, Tensor> tensors,
             std::string provenance)
      : modelConfig(std::move(config)), tensorMap(std::move(tensors)),
        origin(std::move(provenance)) {}

  static absl::StatusOr<Checkpoint> openFolder(const std::string &path);
  static absl::StatusOr<Checkpoint> openRandom(const std::string &path,
                                               uint64_t seed);

  ModelConfig modelConfig;
  std::map<std::string, Tensor> tensorMap;
  std::string origin;
};

} // namespace mixq

#endif // MIXQ_FRONTEND_CHECKPOINT_H
