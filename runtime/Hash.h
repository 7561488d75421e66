//===- Hash.h - Integrity hash of module files ------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The integrity hash of module files: XXH3, 64 bits. It finds damage, not
// malice: a module contains code and is as trusted as a program.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_HASH_H
#define MIXQ_RUNTIME_HASH_H

#include <cstdint>

#include "absl/types/span.h"

namespace mixq {

uint64_t hashBytes(absl::Span<const uint8_t> bytes);

} // namespace mixq

#endif // MIXQ_RUNTIME_HASH_H
