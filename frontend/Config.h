//===- Config.h - What a checkpoint's config.json says ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A timm hub style config.json, read strictly: every key is understood, has no
// effect on inference, or is an error. The result is complete: what the file
// leaves out has the default of timm's registered architecture.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_CONFIG_H
#define MIXQ_FRONTEND_CONFIG_H

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mixq {

/// How an image file becomes the network's input; see #mixq.preprocessing.
struct PreprocessingConfig {
  int64_t resize = 0;        ///< pixels of the shorter side, before the crop
  std::string interpolation; ///< "bilinear" or "bicubic"
  std::vector<double> mean;  ///< one for each channel
  std::vector<double> std;   ///< one for each channel, positive
};

/// A vision transformer with a class token, whose head reads that token.
struct ModelConfig {
  std::string architecture; ///< timm's registered name
  int64_t numClasses = 0;
  int64_t imageHeight = 0; ///< pixels
  int64_t imageWidth = 0;  ///< pixels
  int64_t channels = 0;
  int64_t patch = 0; ///< pixels, both directions
  int64_t embedDim = 0;
  int64_t depth = 0; ///< blocks
  int64_t heads = 0;
  int64_t mlpHidden = 0; ///< width between the two layers of an MLP
  bool qkvBias = true;
  double normEps = 0;
  std::string activation; ///< "gelu": x Phi(x), exact
  PreprocessingConfig preprocessing;
  std::vector<std::string> classNames; ///< one for each class, or none

  int64_t headDim() const { return embedDim / heads; }
  /// Rows of the token matrix: the class token, then the patches.
  int64_t tokens() const {
    return 1 + (imageHeight / patch) * (imageWidth / patch);
  }
};

/// Limits that keep every size product of an accepted config within int64, and
/// what random weights allocate within reason.
constexpr int64_t kMaxExtent = 65536;
constexpr int64_t kMaxDepth = 1024;
constexpr int64_t kMaxTokens = 16384;
constexpr int64_t kMaxParameters = int64_t(1) << 30;

/// Widths are multiples of the sixteen lanes that the kernels' sums have.
constexpr int64_t kLanes = 16;

/// Parses the text of a config.json; `source` names it in errors, which also
/// name the key, the rule and the value. Class names are those of the key
/// `label_names`, if any.
absl::StatusOr<ModelConfig> parseConfig(absl::string_view text,
                                        const std::string &source);

/// Reads a config.json and, where there is one, the `classes.tsv` beside it.
absl::StatusOr<ModelConfig> readConfig(const std::string &path);

} // namespace mixq

#endif // MIXQ_FRONTEND_CONFIG_H
