//===- Vit.cpp - ViT and DeiT --------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/vit/Vit.h"

namespace mixq {

static constexpr HuggingFaceClass kClasses[] = {
    {"ViTForImageClassification", "vit"},
    {"DeiTForImageClassification", "deit"},
    {"DeiTForImageClassificationWithTeacher", "deit"},
};

const Family &vitFamily() {
  static const Family family = {"ViT and DeiT", vitArchitectures(),
                                "token",        readTimmVit,
                                kClasses,       readHuggingFaceVit};
  return family;
}

} // namespace mixq
