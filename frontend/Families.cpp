//===- Families.cpp - The families that this build knows ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Family.h"
#include "frontend/swin/Swin.h"
#include "frontend/vit/Vit.h"

namespace mixq {

absl::Span<const Family *const> families() {
  static const Family *const list[] = {&vitFamily(), &swinFamily()};
  return list;
}

std::vector<ParameterSpec> parametersOf(const ModelConfig &config) {
  return std::visit(
      [&](const auto &network) {
        std::vector<ParameterSpec> specs = parametersOf(config, network);
        for (ParameterSpec &spec : specs)
          spec.sources = sourcesOf(config, network, spec.name);
        return specs;
      },
      config.network);
}

void recognizeNames(const std::map<std::string, Tensor> &tensors,
                    ModelConfig &config) {
  std::visit([&](auto &network) { recognizeNames(tensors, network); },
             config.network);
}

std::string tensorName(const ModelConfig &config, const std::string &name) {
  return std::visit(
      [&](const auto &network) {
        return isUnused(config, network, name)
                   ? std::string()
                   : nameInCheckpoint(config, network, name);
      },
      config.network);
}

} // namespace mixq
