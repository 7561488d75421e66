//===- Image.cpp - The size limit of pictures -----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/image/Image.h"

#include "absl/strings/str_cat.h"

namespace mixq {

absl::Status checkImageSize(uint64_t width, uint64_t height) {
  if (width == 0 || height == 0 || width > maxImagePixels ||
      height > maxImagePixels || width * height > maxImagePixels)
    return absl::ResourceExhaustedError(
        absl::StrCat("image of ", width, " x ", height,
                     " pixels, expected 1 to ", maxImagePixels));
  return absl::OkStatus();
}

} // namespace mixq
