//===- HeadQuantizers.h - Codes of queries, keys and values -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an operand [windows * heads, N, d] of attention is coded with: one scale
// and zero-point, or one of each for every head.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_FUSE_HEADQUANTIZERS_H
#define MIXQ_TRANSFORMS_FUSE_HEADQUANTIZERS_H

#include "transforms/Fuse/Quantizers.h"

namespace mixq {

class HeadQuantizers {
public:
  HeadQuantizers() = default;

  /// Of a quantize whose scale and zero-point are parameters, the same ones in
  /// every window.
  static std::optional<HeadQuantizers> of(QuantizeOp op, int64_t heads);

  /// Whether heads have scales of their own.
  bool isPerHead() const { return quantizers.size() > 1; }
  const TensorQuantizer &operator[](int64_t head) const {
    return quantizers[head % quantizers.size()];
  }
  llvm::ArrayRef<TensorQuantizer> all() const { return quantizers; }

  QuantizedType type() const { return quantizers.front().type; }

private:
  /// One, or one for each head. Without an axis in their type.
  llvm::SmallVector<TensorQuantizer, 1> quantizers;
};

} // namespace mixq

#endif // MIXQ_TRANSFORMS_FUSE_HEADQUANTIZERS_H
