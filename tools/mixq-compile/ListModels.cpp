//===- ListModels.cpp - What mixq import can read -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/ListModels.h"

#include "frontend/Family.h"

#include "absl/strings/str_split.h"

#include <cstdio>

namespace mixq {
namespace {

void printOptions(const Family &family) {
  for (absl::string_view line : absl::StrSplit(family.options, '\n'))
    if (!line.empty())
      std::printf("  %.*s\n", static_cast<int>(line.size()), line.data());
}

void printFamily(const Family &family) {
  std::printf("%s\n", family.name);
  std::printf("  classes of transformers (architectures in config.json):\n");
  for (const HuggingFaceClass &modelClass : family.classes)
    std::printf("    %s\n", modelClass.name);
  printOptions(family);
  std::printf("  timm's names (architecture in config.json), image size:\n");
  for (const TimmArchitecture &architecture : family.architectures)
    std::printf("    %-42s %lld\n", architecture.name,
                static_cast<long long>(architecture.imageSize));
}

} // namespace

void listModels() {
  for (const Family *family : families())
    printFamily(*family);
}

} // namespace mixq
