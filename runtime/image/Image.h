//===- Image.h - A decoded picture ------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A decoded picture: 8-bit RGB, rows from the top.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_IMAGE_IMAGE_H
#define MIXQ_RUNTIME_IMAGE_IMAGE_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"

namespace mixq {

constexpr uint64_t maxImagePixels = uint64_t{64} << 20;

/// An error for an empty picture or one of more than maxImagePixels.
absl::Status checkImageSize(uint64_t width, uint64_t height);

/// Owns its pixels; no padding between rows.

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

/// A picture in someone else's memory.
struct ImageView {
  ImageView(const Image &image)
      : pixels(image.pixels.data()), width(image.width), height(image.height),
        stride(image.stride()) {}
  ImageView(const uint8_t *pixels, int width, int height, size_t stride)
      : pixels(pixels), width(width), height(height), stride(stride) {}

  const uint8_t *row(int y) const { return pixels + y * stride; }

  const uint8_t *pixels;
  int width;
  int height;
  size_t stride; // bytes from row to row
};

} // namespace mixq

#endif // MIXQ_RUNTIME_IMAGE_IMAGE_H
