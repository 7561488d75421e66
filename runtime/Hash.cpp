//===- Hash.cpp - Integrity hash of module files --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Hash.h"

#ifndef XXH_INLINE_ALL
#error "no second copy of xxhash: the build defines XXH_INLINE_ALL"
#endif
#include <xxhash.h>

namespace mixq {

uint64_t hashBytes(absl::Span<const uint8_t> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

} // namespace mixq
