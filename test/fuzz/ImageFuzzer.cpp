//===- ImageFuzzer.cpp - PNG and JPEG files -------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Decodes an image. The checksums of PNG refuse nearly all of what blind
// mutation makes, so the mutator corrects them.
//
//===----------------------------------------------------------------------===//

#include <algorithm>
#include <cstring>

#include <zlib.h>

#include "runtime/image/Decode.h"

using namespace mixq;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace {

constexpr uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

uint32_t loadBigEndian(const uint8_t *at) {
  return uint32_t{at[0]} << 24 | uint32_t{at[1]} << 16 | uint32_t{at[2]} << 8 |
         at[3];
}

void storeBigEndian(uint8_t *at, uint32_t value) {
  for (int i = 3; i >= 0; --i, value >>= 8)
    at[i] = static_cast<uint8_t>(value);
}

/// Corrects the checksum of every chunk: length, name, data, checksum.
void correctChecksums(uint8_t *data, size_t size) {
  if (size < sizeof(signature) ||
      std::memcmp(data, signature, sizeof(signature)) != 0)
    return;
  size_t at = sizeof(signature);
  while (size - at >= 12) {
    const size_t length = loadBigEndian(data + at);
    if (length > size - at - 12)
      return;
    uint8_t *name = data + at + 4;
    storeBigEndian(name + 4 + length,
                   static_cast<uint32_t>(
                       ::crc32(0, name, static_cast<unsigned>(length + 4))));
    at += length + 12;
  }
}

} // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  const size_t changed = LLVMFuzzerMutate(data, size, maxSize);
  if (seed % 8 != 0)
    correctChecksums(data, changed);
  return changed;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const auto image = decodeImage(absl::MakeConstSpan(data, size));
  if (image.ok() && image->pixels.size() != image->stride() * image->height)
    __builtin_trap();
  return 0;
}
