//===- TextMutator.h - The custom mutator of text fuzzers -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Defines libFuzzer's hook: half of the mutations are of tokens, half of bytes.
// For one source file of a fuzzer.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_FUZZ_TEXTMUTATOR_H
#define MIXQ_TEST_FUZZ_TEXTMUTATOR_H

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "test/fuzz/TokenMutator.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  std::minstd_rand random(seed);
  if (random() % 2 == 0)
    return LLVMFuzzerMutate(data, size, maxSize);
  const std::string text(reinterpret_cast<const char *>(data), size);
  const std::string changed = mixq::fuzz::mutateTokens(text, random);
  if (changed.empty() || changed.size() > maxSize)
    return LLVMFuzzerMutate(data, size, maxSize);
  std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}

#endif // MIXQ_TEST_FUZZ_TEXTMUTATOR_H
