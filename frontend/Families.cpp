//===- Families.cpp - The families that this build knows -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Family.h"
#include "frontend/vit/Vit.h"

namespace mixq {

absl::Span<const Family *const> families() {
  static const Family *const list[] = {&vitFamily()};
  return list;
}

std::vector<ParameterSpec> parametersOf(const ModelConfig &config) {
  return std::visit(
      [&](const auto &network) { return parametersOf(config, network); },
      config.network);
}

} // namespace mixq
