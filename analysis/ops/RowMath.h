//===- RowMath.h - Row by row arithmetic of float ops -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_ROWMATH_H
#define MIXQ_ANALYSIS_OPS_ROWMATH_H

#include "analysis/Numerics.h"
#include "analysis/ops/Matrix.h"

#include <algorithm>
#include <cmath>

namespace mixq::ops {

/// Adds `bias` to every row.
template <typename T> void addToRows(Matrix<T> matrix, const T *bias) {
  for (int64_t i = 0; i < matrix.rows; ++i)
    for (int64_t j = 0; j < matrix.columns; ++j)
      matrix.row(i)[j] += bias[j];
}

/// Adds all rows to `sums`.
template <typename T> void sumRows(Matrix<const T> matrix, T *sums) {
  for (int64_t i = 0; i < matrix.rows; ++i)
    for (int64_t j = 0; j < matrix.columns; ++j)
      sums[j] += matrix.row(i)[j];
}

/// max(m, 0) and min(m, 0).
struct SignedParts {
  Buffer<double> positive;
  Buffer<double> negative;

  explicit SignedParts(Matrix<const double> matrix)
      : positive(matrix.rows, matrix.columns),
        negative(matrix.rows, matrix.columns) {
    for (int64_t i = 0; i < matrix.rows; ++i)
      for (int64_t j = 0; j < matrix.columns; ++j) {
        double value = matrix.row(i)[j];
        positive.view().row(i)[j] = value > 0 ? value : 0;
        negative.view().row(i)[j] = value < 0 ? value : 0;
      }
  }
};

/// e / sum e of every row with e = code(exp(x - max)), in place. NaN spreads
/// over its row, as in every framework.
template <typename T, typename Code>
void softmaxRows(Matrix<T> matrix, Code code) {
  for (int64_t i = 0; i < matrix.rows; ++i) {
    T *row = matrix.row(i);
    T highest = *std::max_element(row, row + matrix.columns);
    for (int64_t j = 0; j < matrix.columns; ++j)
      row[j] = code(std::exp(row[j] - highest));
    T reciprocal = T(1) / numerics::laneSum(row, matrix.columns);
    for (int64_t j = 0; j < matrix.columns; ++j)
      row[j] *= reciprocal;
  }
}

template <typename T> void softmaxRows(Matrix<T> matrix) {
  softmaxRows(matrix, [](T e) { return e; });
}

} // namespace mixq::ops

#endif // MIXQ_ANALYSIS_OPS_ROWMATH_H
