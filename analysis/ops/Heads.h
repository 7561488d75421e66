//===- Heads.h - Query, key and value of one head ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_HEADS_H
#define MIXQ_ANALYSIS_OPS_HEADS_H

#include "analysis/ops/Matrix.h"

namespace mixq::ops {

/// Views [T, d] of an input [T, 3 * H * d] as `mixq.split_qkv` lays it out.
template <typename T> struct Head {
  Matrix<const T> query;
  Matrix<const T> key;
  Matrix<const T> value;
};

template <typename T>
Head<T> headOf(const Tensor &input, int64_t heads, int64_t head) {
  Matrix<const T> view = viewOf<T>(input);
  int64_t size = view.columns / (3 * heads);
  auto part = [&](int64_t index) {
    return columnsOf(view, (index * heads + head) * size, size);
  };
  return {part(0), part(1), part(2)};
}

/// Multiplications of both products: T * T * d for each head, twice.
inline int64_t attentionMacs(int64_t tokens, int64_t columns) {
  return 2 * tokens * tokens * columns;
}

} // namespace mixq::ops

#endif // MIXQ_ANALYSIS_OPS_HEADS_H
