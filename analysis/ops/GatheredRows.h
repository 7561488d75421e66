//===- GatheredRows.h - Rows put together by a table ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_GATHEREDROWS_H
#define MIXQ_ANALYSIS_OPS_GATHEREDROWS_H

#include "analysis/ops/Matrix.h"

#include <algorithm>

namespace mixq::ops {

/// The rows that `mixq.fused_layer_norm` normalises.
template <typename T> class GatheredRows {
public:
  /// `rows` is [R, P] of type s32, its entries in [-1, input rows).
  GatheredRows(const Tensor &input, const Tensor &rows)
      : input(viewOf<T>(input)), table(viewOf<int32_t>(rows)),
        row(table.columns * this->input.columns) {}

  int64_t rowCount() const { return table.rows; }

  /// Row `index`, valid until the next call; null if it is nothing but padding.
  const T *get(int64_t index) {
    const int32_t *sources = table.row(index);
    if (std::all_of(sources, sources + table.columns,
                    [](int32_t source) { return source < 0; }))
      return nullptr;
    T *to = row.data();
    for (int64_t part = 0; part < table.columns; ++part)
      to = sources[part] < 0
               ? std::fill_n(to, input.columns, T(0))
               : std::copy_n(input.row(sources[part]), input.columns, to);
    return row.data();
  }

private:
  Matrix<const T> input;
  Matrix<const int32_t> table;
  std::vector<T> row;
};

} // namespace mixq::ops

#endif // MIXQ_ANALYSIS_OPS_GATHEREDROWS_H
