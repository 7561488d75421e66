//===- Container.h - The layout of module files -----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The container of a module: prologue, header and segments, as docs/format.md
// lays them out. The reader and the compiler's writer share this file.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_CONTAINER_H
#define MIXQ_RUNTIME_CONTAINER_H

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/schema/module_generated.h"

namespace mixq {

constexpr uint32_t formatVersion = 1;
constexpr uint64_t prologueSize = 64;
constexpr uint64_t segmentAlignment = 4096;
constexpr uint64_t maxHeaderSize = uint64_t{16} << 20;
constexpr uint64_t maxFileSize = uint64_t{4} << 30;

/// The fixed fields at the start of a file.
struct Prologue {
  uint64_t headerSize;
  uint64_t fileSize;
  uint64_t headerHash;
};

/// The parts of a file, as views into its bytes.
struct Container {
  const schema::Header *header;
  absl::Span<const uint8_t> headerBytes;
  absl::Span<const uint8_t> code;
  absl::Span<const uint8_t> constants;
};

/// Checks the first bytes of a file of `fileSize` bytes (rules F1 to F5, F7).
/// Allocates nothing, so that a reader can call it before it takes memory.
absl::StatusOr<Prologue> readPrologue(absl::Span<const uint8_t> start,
                                      uint64_t fileSize);

/// Checks a whole file (rules F1 to F13) and returns its parts. `file` must be
/// aligned to 8 bytes. Says nothing about what the header means: that is
/// verifyModule().
absl::StatusOr<Container> readContainer(absl::Span<const uint8_t> file);

/// Writes a module file: fills the segment table of `header` with offsets,
/// sizes and hashes and returns the bytes. The same arguments give the same
/// bytes. Fails if a required part of `header` is null or a limit is exceeded;
/// whether the header makes sense is for verifyModule() to say.
absl::StatusOr<std::vector<uint8_t>>
assembleModule(schema::HeaderT header, absl::Span<const uint8_t> code,
               absl::Span<const uint8_t> constants);

} // namespace mixq

#endif // MIXQ_RUNTIME_CONTAINER_H
