//===- Vit.cpp - ViT and DeiT --------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/vit/Vit.h"

namespace mixq {

const Family &vitFamily() {
  static const Family family = {"ViT and DeiT", vitArchitectures(), "token",
                                readTimmVit};
  return family;
}

} // namespace mixq
