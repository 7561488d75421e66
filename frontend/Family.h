//===- Family.h - What a family of networks brings --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A family (ViT with DeiT, Swin, ...) has a folder of its own with a Family
// (how configs describe its network), the network (a plain struct of its sizes,
// an alternative of `Network`), and for that struct these overloads:
//
//   - headWidth(network): the columns of what its head reads;
//   - parametersOf(config, network): the tensors it needs, by their names in
//     the state dict of timm's class;
//   - recognizeNames(tensors, network): has the network note which names a
//     checkpoint uses, where its layout has several;
//   - sourcesOf(config, network, name): what the checkpoint calls a tensor of
//     parametersOf(), or those of query, key and value for `qkv`;
//   - nameInCheckpoint(config, network, name): sourcesOf()'s name of a tensor
//     that version 5 of transformers calls something else;
//   - isUnused(config, network, name): tensors that inference does without;
//   - checkNetwork(config, network): OK if its sizes agree with each other and
//     are within the limits of Config.h, else an error without the file's name;
//   - followImageSize(config, network): its sizes for another image;
//   - resamplePositions(before, after, tensors): the tensors that depend on
//     those sizes, for the network that it was and the one that it became;
//   - buildNetwork(graph, checkpoint, network): its graph (Import.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_FAMILY_H
#define MIXQ_FRONTEND_FAMILY_H

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "dialect/store/JsonFields.h"
#include "frontend/Config.h"

#include <array>
#include <cstdint>

namespace mixq {

/// The defaults of one name that timm registers, timm 1.0; the preprocessing
/// is that of the name's default weights.
struct TimmArchitecture {
  const char *name;
  /// What the registered function hands to the constructor: a JSON object of
  /// what `model_args` may override.
  const char *arguments;
  int64_t imageSize; ///< pixels, both directions
  double cropPct;    ///< crop size / size of the resized shorter side
  std::array<double, 3> mean;
  std::array<double, 3> std;
  const char *interpolation = "bicubic";
  const char *cropMode = "center";
};

/// A class of Hugging Face transformers.
struct HuggingFaceClass {
  const char *name;      ///< "ViTForImageClassification"
  const char *modelType; ///< "vit", which also prefixes its tensors
};

struct Family {
  const char *name; ///< "ViT and DeiT"
  absl::Span<const TimmArchitecture> architectures;
  const char *defaultPooling; ///< timm's global_pool
  /// The network of a timm config: `arguments` are the architecture's with
  /// those of `model_args`, of which the caller has read img_size, in_chans
  /// and num_classes into `config`. Errors stay in `arguments`.
  Network (*readTimm)(const TimmArchitecture &architecture,
                      const ModelConfig &config, JsonFields &arguments);
  absl::Span<const HuggingFaceClass> classes;
  /// The network of a config of transformers, whose common keys the caller has
  /// read into `config`. Errors stay in `root`.
  Network (*readHuggingFace)(const HuggingFaceClass &modelClass,
                             const ModelConfig &config, JsonFields &root);
  /// What configs may choose, for users: lines of text.
  const char *options;
};

/// All families. A new one is registered in Families.cpp.
absl::Span<const Family *const> families();

} // namespace mixq

#endif // MIXQ_FRONTEND_FAMILY_H
