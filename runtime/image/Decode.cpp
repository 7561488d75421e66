//===- Decode.cpp - Image files to pixels ---------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/image/Decode.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "runtime/File.h"

namespace mixq {

static bool startsWith(absl::Span<const uint8_t> bytes,
                       absl::Span<const uint8_t> prefix) {
  return bytes.size() >= prefix.size() &&
         std::memcmp(bytes.data(), prefix.data(), prefix.size()) == 0;
}

absl::StatusOr<Image> decodeImage(absl::Span<const uint8_t> bytes) {
  static constexpr uint8_t png[] = {0x89, 'P',  'N',  'G',
                                    '\r', '\n', 0x1a, '\n'};
  static constexpr uint8_t jpeg[] = {0xff, 0xd8, 0xff};
  if (startsWith(bytes, png))
    return decodePng(bytes);
  if (startsWith(bytes, jpeg))
    return decodeJpeg(bytes);
  return absl::InvalidArgumentError("neither a PNG nor a JPEG image");
}

absl::StatusOr<Image> readImage(const std::string &path) {
  absl::StatusOr<std::vector<uint8_t>> bytes = readFile(path, maxImageFileSize);
  if (!bytes.ok())
    return bytes.status();
  absl::StatusOr<Image> image = decodeImage(*bytes);
  if (!image.ok())
    return absl::Status(image.status().code(),
                        absl::StrCat(path, ": ", image.status().message()));
  return image;
}

} // namespace mixq
