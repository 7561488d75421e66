//===- HuggingFaceModel.h - A checkpoint of transformers --------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_FRONTEND_HUGGINGFACEMODEL_H
#define MIXQ_TEST_FRONTEND_HUGGINGFACEMODEL_H

#include "dialect/store/Safetensors.h"

#include <string>

namespace mixq::test {

/// A ViT as transformers saves it, with the sizes of tinyConfig().
struct HuggingFaceModel {
  /// With the weights of TinyModel under their other names.
  explicit HuggingFaceModel(std::string config = huggingFaceConfig());

  static std::string huggingFaceConfig();

  /// Writes config, image processor and `model.safetensors` to a new folder.
  std::string write() const;
  /// The same with an index and an archive a tensor.
  std::string writeShards() const;

  std::string config;
  std::string processor;
  Archive archive;

private:
  std::string writeConfigs() const;
};

} // namespace mixq::test

#endif // MIXQ_TEST_FRONTEND_HUGGINGFACEMODEL_H
