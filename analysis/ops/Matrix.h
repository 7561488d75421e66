//===- Matrix.h - Matrix products on the host -------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The products of all ops, on views of row-major memory. In files of their own,
// because Eigen's matrix product takes seconds to compile.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_MATRIX_H
#define MIXQ_ANALYSIS_OPS_MATRIX_H

#include "dialect/store/Tensor.h"

#include <vector>

namespace mixq::ops {

/// Rows of `columns` elements, `stride` apart.
template <typename T> struct Matrix {
  T *data;
  int64_t rows;
  int64_t columns;
  int64_t stride;

  T *row(int64_t index) const { return data + index * stride; }
};

/// A tensor as rows of its last dimension; a scalar as one row of one element.
template <typename T> Matrix<const T> viewOf(const Tensor &tensor) {
  int64_t columns = tensor.rank() ? tensor.dim(tensor.rank() - 1) : 1;
  return {tensor.data<T>(), tensor.size() / columns, columns, columns};
}
template <typename T> Matrix<T> mutableViewOf(Tensor &tensor) {
  Matrix<const T> view = viewOf<T>(tensor);
  return {tensor.mutableData<T>(), view.rows, view.columns, view.stride};
}

/// Matrix `batch` of those that a view of [B, rows, columns] holds.
template <typename T>
Matrix<T> batchOf(Matrix<T> view, int64_t batch, int64_t rows) {
  return {view.row(batch * rows), rows, view.columns, view.stride};
}

/// Some columns of a view.
template <typename T>
Matrix<T> columnsOf(Matrix<T> view, int64_t begin, int64_t count) {
  return {view.data + begin, view.rows, count, view.stride};
}

/// c = a b
void multiply(Matrix<const float> a, Matrix<const float> b, Matrix<float> c);
void multiply(Matrix<const double> a, Matrix<const double> b, Matrix<double> c);

/// c = a b^T
void multiplyTransposed(Matrix<const float> a, Matrix<const float> b,
                        Matrix<float> c);
void multiplyTransposed(Matrix<const double> a, Matrix<const double> b,
                        Matrix<double> c);

/// c = a^T b
void transposeMultiply(Matrix<const float> a, Matrix<const float> b,
                       Matrix<float> c);
void transposeMultiply(Matrix<const double> a, Matrix<const double> b,
                       Matrix<double> c);

/// The integer products of matrices whose elements are integers with
/// |a_i b_j| <= 255 * 128, exact: fp32 products over blocks of K <= 256, whose
/// sums are integers below 255 * 128 * 256 < 2^24, added in int32.
void multiplyIntegers(Matrix<const float> a, Matrix<const float> b,
                      Matrix<int32_t> c);
void multiplyIntegersTransposed(Matrix<const float> a, Matrix<const float> b,
                                Matrix<int32_t> c);

/// An owned matrix.
template <typename T> struct Buffer {
  std::vector<T> elements;
  int64_t rows;
  int64_t columns;

  Buffer(int64_t rows, int64_t columns)
      : elements(rows * columns), rows(rows), columns(columns) {}
  Matrix<T> view() { return {elements.data(), rows, columns, columns}; }
  Matrix<const T> view() const {
    return {elements.data(), rows, columns, columns};
  }
};

/// `codes` - `zeroPoint` as fp32, exact.
template <typename Code>
Buffer<float> toFloat(Matrix<const Code> codes, int32_t zeroPoint = 0) {
  Buffer<float> result(codes.rows, codes.columns);
  for (int64_t i = 0; i < codes.rows; ++i)
    for (int64_t j = 0; j < codes.columns; ++j)
      result.view().row(i)[j] =
          static_cast<float>(static_cast<int32_t>(codes.row(i)[j]) - zeroPoint);
  return result;
}

} // namespace mixq::ops

#endif // MIXQ_ANALYSIS_OPS_MATRIX_H
