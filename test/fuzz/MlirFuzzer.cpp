//===- MlirFuzzer.cpp - IR in text form -----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a .mlir text and compiles it as far as the kernels.
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/MlirPipelines.h"
#include "test/fuzz/TextMutator.h"

#include "llvm/ADT/STLExtras.h"

/// Inputs that crash the parser of MLIR 19 itself, in plain mlir-opt too.
static bool crashesUpstream(llvm::StringRef text) {
  static constexpr llvm::StringLiteral suspects[] = {
      "i1:",     // array<i1: 1>: an integer as a boolean
      "sparse<", // sparse<1.0, 1.0>: indices that are no integers
  };
  return llvm::any_of(
      suspects, [&](llvm::StringRef part) { return text.contains(part); });
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  // Text only: this starts bytecode, whose reader is MLIR's.
  if (!text.starts_with("ML\xefR") && !crashesUpstream(text))
    mixq::fuzz::processMlir(text);
  return 0;
}
