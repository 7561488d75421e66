//===- Preprocess.h - Pixels to tensors -------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a picture to the network's input, as torchvision and timm do it.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_IMAGE_PREPROCESS_H
#define MIXQ_RUNTIME_IMAGE_PREPROCESS_H

#include <array>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/image/Image.h"
#include "runtime/schema/module_generated.h"

namespace mixq {

struct InputSpec {
  int height = 0;
  int width = 0;
  int resize = 0; // of the shorter side, at least height and width
  schema::Interpolation interpolation = schema::Interpolation::Bilinear;
  std::array<float, Image::channels> mean = {};
  std::array<float, Image::channels> std = {};

  size_t elements() const {
    return static_cast<size_t>(Image::channels) * height * width;
  }
};

/// The input of a module. An error if it does not take RGB images.
absl::StatusOr<InputSpec> inputSpecOf(const schema::Header &header);

/// Resizes the shorter side to `spec.resize`, crops the centre and writes
/// (x / 255 - mean) / std to `out`, fp32 [3, height, width].
absl::Status preprocess(const Image &image, const InputSpec &spec,
                        absl::Span<float> out);

} // namespace mixq

#endif // MIXQ_RUNTIME_IMAGE_PREPROCESS_H
