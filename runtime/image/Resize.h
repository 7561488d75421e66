//===- Resize.h - PIL's resize ----------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PIL's antialiased resize of 8-bit images, to the last bit (Pillow 10 to 12;
// Pillow 13 chooses the order of its two passes by their cost).
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_IMAGE_RESIZE_H
#define MIXQ_RUNTIME_IMAGE_RESIZE_H

#include "runtime/image/Image.h"
#include "runtime/schema/module_generated.h"

namespace mixq {

/// PIL's Image.resize((width, height), filter) of a non-empty image. Horizontal
/// pass, then vertical, each rounded to 8 bits; a side that keeps its length
/// is left alone.
Image resizeImage(const Image &image, int width, int height,
                  schema::Interpolation interpolation);

} // namespace mixq

#endif // MIXQ_RUNTIME_IMAGE_RESIZE_H
