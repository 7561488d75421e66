//===- Matrix.cpp - Matrix products on the host ---------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/Matrix.h"

#include <algorithm>
#include <eigen3/Eigen/Dense>

using namespace mixq::ops;

namespace {

template <typename T>
using Dense = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <typename T>
using View = Eigen::Map<Dense<T>, Eigen::Unaligned, Eigen::OuterStride<>>;
template <typename T>
using ConstView =
    Eigen::Map<const Dense<T>, Eigen::Unaligned, Eigen::OuterStride<>>;

template <typename T> View<T> map(Matrix<T> m) {
  return View<T>(m.data, m.rows, m.columns, Eigen::OuterStride<>(m.stride));
}
template <typename T> ConstView<T> map(Matrix<const T> m) {
  return ConstView<T>(m.data, m.rows, m.columns,
                      Eigen::OuterStride<>(m.stride));
}

/// Eigen blocks its products by the cache sizes of the machine, and with the
/// blocks changes the order of sums. Fixed sizes make fp32 results, and with
/// them calibration, the same on every machine.
void fixBlocking() {
  static const bool once = [] {
    Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 4 << 20);
    return true;
  }();
  (void)once;
}

template <typename T>
void product(Matrix<const T> a, Matrix<const T> b, Matrix<T> c) {
  fixBlocking();
  map(c).noalias() = map(a) * map(b);
}

template <typename T>
void productTransposed(Matrix<const T> a, Matrix<const T> b, Matrix<T> c) {
  fixBlocking();
  map(c).noalias() = map(a) * map(b).transpose();
}

template <typename T>
void transposedProduct(Matrix<const T> a, Matrix<const T> b, Matrix<T> c) {
  fixBlocking();
  map(c).noalias() = map(a).transpose() * map(b);
}

/// Adds `partial(begin, count)`, an fp32 product over columns
/// [begin, begin + count) of a, to c for each block of K.
template <typename Partial>
void sumBlocks(int64_t depth, Matrix<int32_t> c, Partial partial) {
  constexpr int64_t kBlock = 256;
  map(c).setZero();
  Dense<float> block(c.rows, c.columns);
  for (int64_t k = 0; k < depth; k += kBlock) {
    partial(block, k, std::min(kBlock, depth - k));
    map(c) += block.cast<int32_t>();
  }
}

} // namespace

void mixq::ops::multiply(Matrix<const float> a, Matrix<const float> b,
                         Matrix<float> c) {
  product(a, b, c);
}
void mixq::ops::multiply(Matrix<const double> a, Matrix<const double> b,
                         Matrix<double> c) {
  product(a, b, c);
}
void mixq::ops::multiplyTransposed(Matrix<const float> a, Matrix<const float> b,
                                   Matrix<float> c) {
  productTransposed(a, b, c);
}
void mixq::ops::multiplyTransposed(Matrix<const double> a,
                                   Matrix<const double> b, Matrix<double> c) {
  productTransposed(a, b, c);
}
void mixq::ops::transposeMultiply(Matrix<const float> a, Matrix<const float> b,
                                  Matrix<float> c) {
  transposedProduct(a, b, c);
}
void mixq::ops::transposeMultiply(Matrix<const double> a,
                                  Matrix<const double> b, Matrix<double> c) {
  transposedProduct(a, b, c);
}

void mixq::ops::multiplyIntegers(Matrix<const float> a, Matrix<const float> b,
                                 Matrix<int32_t> c) {
  fixBlocking();
  sumBlocks(a.columns, c, [&](Dense<float> &block, int64_t k, int64_t count) {
    block.noalias() = map(a).middleCols(k, count) * map(b).middleRows(k, count);
  });
}

void mixq::ops::multiplyIntegersTransposed(Matrix<const float> a,
                                           Matrix<const float> b,
                                           Matrix<int32_t> c) {
  fixBlocking();
  sumBlocks(a.columns, c, [&](Dense<float> &block, int64_t k, int64_t count) {
    block.noalias() =
        map(a).middleCols(k, count) * map(b).middleCols(k, count).transpose();
  });
}
