//===- Npy.h - NumPy tensors ------------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// NumPy's .npy files, as far as tensors of fp32 need them.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_NPY_H
#define MIXQ_RUNTIME_NPY_H

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace mixq {

/// The contents of an fp32 .npy file.
struct NpyArray {
  std::vector<uint64_t> shape;
  std::vector<float> data; // C order
};

/// Accepts format version 1.0, little-endian fp32, C order, exactly as many
/// bytes as the shape asks for. Everything else is an error.
absl::StatusOr<NpyArray> parseNpy(absl::Span<const uint8_t> bytes);

/// The inverse: what numpy.save writes.
std::vector<uint8_t> formatNpy(absl::Span<const uint64_t> shape,
                               absl::Span<const float> data);

/// parseNpy of a file; errors start with its path.
absl::StatusOr<NpyArray> readNpy(const std::string &path);

/// formatNpy to a file, which appears when it is complete.
absl::Status writeNpy(const std::string &path, absl::Span<const uint64_t> shape,
                      absl::Span<const float> data);

} // namespace mixq

#endif // MIXQ_RUNTIME_NPY_H
