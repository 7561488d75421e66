//===- Embedded.h - The module inside this program --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_EMBED_EMBEDDED_H
#define MIXQ_RUNTIME_EMBED_EMBEDDED_H

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace mixq {

/// The bytes of the module that the compiler put into the program or shared
/// object this code is linked into; they stay mapped as long as it is. Only the
/// place is verified, the module itself is not: Module::fromMemory() does that.
/// An error if there is none, or if the file was truncated or patched. Any
/// thread.
absl::StatusOr<absl::Span<const uint8_t>> embeddedModule();

} // namespace mixq

#endif // MIXQ_RUNTIME_EMBED_EMBEDDED_H
