//===- TestImages.h - Tiny image files --------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes small PNG and JPEG files with libpng and libjpeg.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_RUNTIME_IMAGE_TESTIMAGES_H
#define MIXQ_TEST_RUNTIME_IMAGE_TESTIMAGES_H

#include <cstdint>
#include <vector>

namespace mixq {
namespace test {

using Bytes = std::vector<uint8_t>;

struct PngFile {
  int width, height, bitDepth, colorType; // as libpng counts them
  bool interlaced = false;
  Bytes rows;         // packed, as in the file
  Bytes palette = {}; // RGB
  Bytes alpha = {};   // of the palette's entries
};
Bytes encodePng(const PngFile &file);

/// An 8-bit RGB PNG.
Bytes encodeRgbPng(int width, int height, const Bytes &pixels);

struct JpegFile {
  int width, height, components; // 1 grey, 3 RGB, 4 CMYK as stored
  bool progressive = false;
  Bytes pixels;
};
Bytes encodeJpeg(const JpegFile &file);

} // namespace test
} // namespace mixq

#endif // MIXQ_TEST_RUNTIME_IMAGE_TESTIMAGES_H
