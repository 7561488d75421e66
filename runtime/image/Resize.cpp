//===- Resize.cpp - PIL's resize ------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/image/Resize.h"

#include "runtime/image/Resample.h"

namespace mixq {
namespace {

Image resizeHorizontally(const Image &image, int width, ResampleAxis &axis) {
  axis.compute(image.width, width, 0, width);
  Image result(width, image.height);
  for (int y = 0; y < image.height; ++y)
    resampleRow(image.row(y), axis, result.row(y));
  return result;
}

Image resizeVertically(const Image &image, int height, ResampleAxis &axis) {
  axis.compute(image.height, height, 0, height);
  Image result(image.width, height);
  for (int y = 0; y < height; ++y)
    resampleColumns(image.row(axis.first(y)), image.stride(), axis, y,
                    image.stride(), result.row(y));
  return result;
}

} // namespace

Image resizeImage(const Image &image, int width, int height,
                  schema::Interpolation interpolation) {
  ResampleAxis axis(interpolation);
  Image result =
      width == image.width ? image : resizeHorizontally(image, width, axis);
  return height == result.height ? result
                                 : resizeVertically(result, height, axis);
}

} // namespace mixq
