//===- WindowBias.h - The bias of one window and head -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_WINDOWBIAS_H
#define MIXQ_ANALYSIS_OPS_WINDOWBIAS_H

#include "analysis/ops/Matrix.h"

#include "llvm/ADT/ArrayRef.h"

namespace mixq::ops {

/// The number of the matrix [M, N] of `bias` [A, B, H, M, N] that
/// `mixq.window_bias` adds to the scores of `head` in `window`, row-major in
/// `grid`.
inline int64_t biasIndex(const Tensor &bias, llvm::ArrayRef<int64_t> grid,
                         int64_t window, int64_t head) {
  bool lastRow = window / grid[1] == grid[0] - 1;
  bool lastColumn = window % grid[1] == grid[1] - 1;
  int64_t a = lastRow ? bias.dim(0) - 1 : 0;
  int64_t b = lastColumn ? bias.dim(1) - 1 : 0;
  return (a * bias.dim(1) + b) * bias.dim(2) + head;
}

/// That matrix.
template <typename T>
Matrix<const T> biasOf(const Tensor &bias, llvm::ArrayRef<int64_t> grid,
                       int64_t window, int64_t head) {
  return batchOf(viewOf<T>(bias), biasIndex(bias, grid, window, head),
                 bias.dim(3));
}

} // namespace mixq::ops

#endif // MIXQ_ANALYSIS_OPS_WINDOWBIAS_H
