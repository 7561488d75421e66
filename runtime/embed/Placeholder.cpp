//===- Placeholder.cpp - The place of the embedded module -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In a file of its own: the compiler must not fold what is only known after the
// link.
//
//===----------------------------------------------------------------------===//

#include "runtime/embed/Placeholder.h"

const mixq::EmbeddedDescriptor mixqEmbeddedDescriptor = {
    "mixq-embedded 1", 0, {}};
