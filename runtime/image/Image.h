//===- Image.h - A decoded picture ------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A decoded picture: 8-bit RGB, rows from the top, no padding.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_IMAGE_IMAGE_H
#define MIXQ_RUNTIME_IMAGE_IMAGE_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mixq {

struct Image {
  static constexpr int channels = 3;

  Image() = default;
  Image(int width, int height)
      : width(width), height(height),
        pixels(static_cast<size_t>(width) * height * channels) {}

  size_t stride() const { return static_cast<size_t>(width) * channels; }
  uint8_t *row(int y) { return pixels.data() + y * stride(); }
  const uint8_t *row(int y) const { return pixels.data() + y * stride(); }

  int width = 0;
  int height = 0;
  std::vector<uint8_t> pixels;
};

} // namespace mixq

#endif // MIXQ_RUNTIME_IMAGE_IMAGE_H
