//===- EmbeddedFormat.h - Where a program carries its module ----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a module travels inside a program or a shared object: in a section and a
// read-only segment of its own, the last one of the file and of the address
// space, so that it can grow without moving anything. The linked file has a
// descriptor there and nothing else; the compiler appends the module and lets
// section and segment reach to the end of the file. docs/design/outputs.md has
// the rules and the reasons. The compiler and the runtime share this file.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_EMBED_EMBEDDEDFORMAT_H
#define MIXQ_RUNTIME_EMBED_EMBEDDEDFORMAT_H

#include <cstddef>
#include <cstdint>

namespace mixq {

constexpr char embeddedSection[] = ".mixq.module";
constexpr char embeddedMagic[16] = "mixq-embedded 1";

/// A page, so that the module after it starts on one.
struct EmbeddedDescriptor {
  char magic[sizeof(embeddedMagic)];
  uint64_t moduleSize; // of what follows; 0: nothing yet
  uint8_t zero[4072];
};
static_assert(sizeof(EmbeddedDescriptor) == 4096);

/// How the exported symbol starts that the compiler renames to NAME_open. It is
/// as long as a new name may be.
constexpr char embeddedOpenPrefix[] = "mixq_embedded_open_";

} // namespace mixq

#endif // MIXQ_RUNTIME_EMBED_EMBEDDEDFORMAT_H
