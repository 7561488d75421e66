//===- Placeholder.h - The place of the embedded module ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_EMBED_PLACEHOLDER_H
#define MIXQ_RUNTIME_EMBED_PLACEHOLDER_H

#include "runtime/embed/EmbeddedFormat.h"

// Not sanitized: no redzone may follow it.
extern "C" __attribute__((visibility("hidden"), section(".mixq.module"),
                          aligned(4096), no_sanitize("address")))
const mixq::EmbeddedDescriptor mixqEmbeddedDescriptor;

#endif // MIXQ_RUNTIME_EMBED_PLACEHOLDER_H
