//===- SafetensorsFuzzer.cpp - Safetensors archives -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parses an archive from memory. What is accepted is hashed, whole, and must
// not be larger than the file.
//
// The header is text after its length, so the mutator changes the text and
// corrects the length.
//
//===----------------------------------------------------------------------===//

#include "dialect/store/Safetensors.h"
#include "test/fuzz/TokenMutator.h"

#include <cstring>

using namespace mixq;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

/// Changes the header's text; an empty string if the file is too short.
static std::string mutateHeader(const std::string &file,
                                std::minstd_rand &random) {
  uint64_t length = 0;
  if (file.size() < sizeof(length))
    return "";
  std::memcpy(&length, file.data(), sizeof(length));
  if (length > file.size() - sizeof(length))
    return "";
  const std::string text =
      fuzz::mutateTokens(file.substr(sizeof(length), length), random);
  const uint64_t changed = text.size();
  return std::string(reinterpret_cast<const char *>(&changed),
                     sizeof(changed)) +
         text + file.substr(sizeof(length) + length);
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  std::minstd_rand random(seed);
  if (random() % 4 == 0)
    return LLVMFuzzerMutate(data, size, maxSize);
  const std::string file(reinterpret_cast<const char *>(data), size);
  const std::string changed = mutateHeader(file, random);
  if (changed.empty() || changed.size() > maxSize)
    return LLVMFuzzerMutate(data, size, maxSize);
  std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  absl::StatusOr<Archive> archive = parseSafetensors(data, size, "fuzz");
  if (!archive.ok())
    return 0;
  size_t bytes = 0;
  for (const auto &[name, tensor] : archive->tensors) {
    bytes += tensor.bytes();
    tensor.hash();
  }
  if (bytes > size)
    __builtin_trap();
  return 0;
}
