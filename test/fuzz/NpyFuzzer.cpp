//===- NpyFuzzer.cpp - NumPy files ----------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parses an .npy file. What is accepted has exactly the bytes that its shape
// asks for, and is written and read again unchanged.
//
//===----------------------------------------------------------------------===//

#include "runtime/Npy.h"

#include <cstring>

using namespace mixq;

static void require(bool holds) {
  if (!holds)
    __builtin_trap();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const auto tensor = parseNpy(absl::MakeConstSpan(data, size));
  if (!tensor.ok())
    return 0;
  const std::vector<float> &values = tensor->data;
  uint64_t count = 1;
  for (uint64_t extent : tensor->shape)
    count *= extent;
  require(count == values.size() && count * sizeof(float) < size);
  const auto again = parseNpy(formatNpy(tensor->shape, values));
  require(again.ok() && again->shape == tensor->shape);
  require(values.empty() || std::memcmp(again->data.data(), values.data(),
                                        count * sizeof(float)) == 0);
  return 0;
}
