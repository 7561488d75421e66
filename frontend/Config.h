//===- Config.h - What a checkpoint's config says ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The config of a checkpoint, read strictly: every key is understood, has no
// effect on inference, or is an error. The result is complete: what the file
// leaves out has the default of the library that wrote it.
//
// Two layouts are known, timm's (TimmConfig.h) and that of Hugging Face
// transformers (HuggingFaceConfig.h). What a family of networks adds to both
// is in a folder of its own (Family.h).
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_CONFIG_H
#define MIXQ_FRONTEND_CONFIG_H

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dialect/store/JsonFields.h"
#include "dialect/store/Tensor.h"
#include "frontend/ParameterSpec.h"
#include "frontend/swin/SwinNetwork.h"
#include "frontend/vit/VitNetwork.h"

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace mixq {

/// How an image file becomes the network's input; see #mixq.preprocessing.
struct PreprocessingConfig {
  int64_t resize = 0;      ///< pixels of the shorter side, before the crop
  int64_t resizeWidth = 0; ///< with it, `resize` is the height
  bool keepRatio = false;  ///< cover height and width, keep the proportions
  double cropPct = 0; ///< what timm divides the image's size by; 0 elsewhere
  std::string interpolation; ///< "bilinear" or "bicubic"
  std::vector<double> mean;  ///< one for each channel
  std::vector<double> std;   ///< one for each channel, positive
};

/// One alternative for each family.
using Network = std::variant<VitNetwork, SwinNetwork>;

struct HuggingFaceClass;

/// An image classifier: what all families have in common, and the network.
struct ModelConfig {
  std::string architecture; ///< timm's registered name, or a class's
  /// The class, if the checkpoint is one of Hugging Face transformers.
  const HuggingFaceClass *huggingFace = nullptr;
  int64_t numClasses = 0;
  int64_t imageHeight = 0; ///< pixels
  int64_t imageWidth = 0;  ///< pixels
  int64_t channels = 0;
  PreprocessingConfig preprocessing;
  std::vector<std::string> classNames; ///< one for each class, or none
  Network network;
};

/// Limits that keep every size product of an accepted config within int64, and
/// what random weights allocate within reason.
constexpr int64_t kMaxExtent = 65536;
constexpr int64_t kMaxChannels = 64; ///< of an image
constexpr int64_t kMaxDepth = 1024;
constexpr int64_t kMaxTokens = 16384;
constexpr int64_t kMaxParameters = int64_t(1) << 30;

/// Parses the text of a config.json; `source` names it in errors, which also
/// name the key, the rule and the value. Class names are those of the config,
/// if any.
absl::StatusOr<ModelConfig> parseConfig(absl::string_view text,
                                        const std::string &source);

/// Reads a config.json and, where there is one, the `classes.tsv` beside it.
/// With `needsProcessor` a config of transformers also needs the
/// `preprocessor_config.json` beside it.
absl::StatusOr<ModelConfig> readConfig(const std::string &path,
                                       bool needsProcessor = true);

/// OK if patches of that size tile the image.
absl::Status checkTiling(const ModelConfig &config, int64_t patchHeight,
                         int64_t patchWidth);

/// The tensors of a model, in the order in which the network reads them, with
/// their names in the checkpoint.
std::vector<ParameterSpec> parametersOf(const ModelConfig &config);

/// Has the model look for the names that a checkpoint uses, where there are
/// several for one layout.
void recognizeNames(const std::map<std::string, Tensor> &tensors,
                    ModelConfig &config);

/// The usual name of a tensor of the checkpoint; "" if inference does without
/// it.
std::string tensorName(const ModelConfig &config, const std::string &name);

} // namespace mixq

#endif // MIXQ_FRONTEND_CONFIG_H
