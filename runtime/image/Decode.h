//===- Decode.h - Image files to pixels -------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PNG and JPEG files to RGB, with the pixels that PIL's convert("RGB") gives.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_IMAGE_DECODE_H
#define MIXQ_RUNTIME_IMAGE_DECODE_H

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/image/Image.h"

namespace mixq {

constexpr uint64_t maxImageFileSize = uint64_t{256} << 20;

/// Decodes a PNG or JPEG, told apart by their first bytes. Grey becomes RGB,
/// alpha is dropped, 16-bit colour keeps its high byte, CMYK JPEGs are read as
/// Adobe writes them; EXIF orientation is ignored, as PIL does. Errors: any
/// damage that the decoder notices (also what it would repair), more than
/// maxImagePixels, 16-bit grey PNGs (PIL saturates them, which nobody means).
absl::StatusOr<Image> decodeImage(absl::Span<const uint8_t> bytes);

/// The same from a file; errors start with its path.
absl::StatusOr<Image> readImage(const std::string &path);

/// The decoders behind decodeImage.
absl::StatusOr<Image> decodeJpeg(absl::Span<const uint8_t> bytes);
absl::StatusOr<Image> decodePng(absl::Span<const uint8_t> bytes);

} // namespace mixq

#endif // MIXQ_RUNTIME_IMAGE_DECODE_H
