//===- TinyModel.h - A checkpoint that tests make and break -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_FRONTEND_TINYMODEL_H
#define MIXQ_TEST_FRONTEND_TINYMODEL_H

#include "dialect/store/Safetensors.h"

#include <string>
#include <utility>
#include <vector>

namespace mixq::test {

/// A config.json: 8x8 pixels in patches of 4, width 32 in 2 heads, 2 blocks, an
/// MLP of 64, 3 classes, epsilon 1e-5.
std::string tinyConfig();

/// A ViT of that config with random weights, as a checkpoint folder.
struct TinyModel {
  /// The tensors that `config` asks for.
  explicit TinyModel(std::string config = tinyConfig());

  /// Writes config.json and model.safetensors into a new folder, whose path it
  /// returns.
  std::string write() const;

  std::string config;
  Archive archive;
};

/// The tensors with the first of each pair replaced by the second in all names.
Archive renamed(const Archive &archive,
                const std::vector<std::pair<std::string, std::string>> &parts);

/// A new, empty folder under the test's scratch folder.
std::string newFolder();
void writeFile(const std::string &path, const std::string &text);

} // namespace mixq::test

#endif // MIXQ_TEST_FRONTEND_TINYMODEL_H
