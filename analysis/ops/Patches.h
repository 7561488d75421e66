//===- Patches.h - The patches of an image as rows --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_PATCHES_H
#define MIXQ_ANALYSIS_OPS_PATCHES_H

#include "analysis/ops/Matrix.h"

#include <algorithm>

namespace mixq::ops {

/// Writes `image` [C, H, W] as rows [patches, C * height * width]: patches in
/// row-major order; within a row channel, then line, then column of the patch.
template <typename T>
void extractPatches(const Tensor &image, int64_t height, int64_t width,
                    T *rows) {
  int64_t channels = image.dim(0), lines = image.dim(1), columns = image.dim(2);
  for (int64_t top = 0; top < lines; top += height)
    for (int64_t left = 0; left < columns; left += width)
      for (int64_t channel = 0; channel < channels; ++channel)
        for (int64_t line = top; line < top + height; ++line)
          rows = std::copy_n(image.data<T>() +
                                 (channel * lines + line) * columns + left,
                             width, rows);
}

/// The inverse: `rows` back into an image of the shape of `image`.
template <typename T>
void assemblePatches(const T *rows, int64_t height, int64_t width,
                     Tensor &image) {
  int64_t channels = image.dim(0), lines = image.dim(1), columns = image.dim(2);
  T *to = image.mutableData<T>();
  for (int64_t top = 0; top < lines; top += height)
    for (int64_t left = 0; left < columns; left += width)
      for (int64_t channel = 0; channel < channels; ++channel)
        for (int64_t line = top; line < top + height; ++line, rows += width)
          std::copy_n(rows, width,
                      to + (channel * lines + line) * columns + left);
}

} // namespace mixq::ops

#endif // MIXQ_ANALYSIS_OPS_PATCHES_H
