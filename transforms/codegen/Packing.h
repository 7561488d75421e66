//===- Packing.h - Weights in the order the tile reads ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A panel holds `columns` rows of a weight [N, K] (columns of the product):
//   panel[k / group][n % columns][k % group]
// K is padded to a multiple of `group`, or as far as the target's products read
// (Target::paddedDepth), and N to a multiple of `columns`, with zeros, so that
// the padding adds nothing to a sum.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_PACKING_H
#define MIXQ_TRANSFORMS_CODEGEN_PACKING_H

#include <cstdint>
#include <vector>

namespace mixq {

inline int64_t roundUp(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// Packs `weights` [rows, depth] of 1- or 4-byte elements into panels of
/// `paddedDepth` rows, a multiple of `group`.
template <typename T>
std::vector<uint8_t> packPanels(const T *weights, int64_t rows, int64_t depth,
                                int64_t columns, int64_t group,
                                int64_t paddedDepth) {
  int64_t groups = paddedDepth / group;
  std::vector<uint8_t> bytes(roundUp(rows, columns) * groups * group *
                             sizeof(T));
  T *packed = reinterpret_cast<T *>(bytes.data());
  for (int64_t n = 0; n < rows; ++n) {
    T *panel = packed + n / columns * groups * columns * group;
    for (int64_t k = 0; k < depth; ++k)
      panel[(k / group * columns + n % columns) * group + k % group] =
          weights[n * depth + k];
  }
  return bytes;
}

/// The same, K padded to a multiple of `group`.
template <typename T>
std::vector<uint8_t> packPanels(const T *weights, int64_t rows, int64_t depth,
                                int64_t columns, int64_t group) {
  return packPanels(weights, rows, depth, columns, group,
                    roundUp(depth, group));
}

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_PACKING_H
