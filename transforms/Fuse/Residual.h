//===- Residual.h - The product that an add ends ----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_FUSE_RESIDUAL_H
#define MIXQ_TRANSFORMS_FUSE_RESIDUAL_H

#include "dialect/MixqDialect.h"

#include <utility>

namespace mixq {

/// Of the operands of an add a product that `plain` finds, the second before
/// the first, and the other operand. Null where there is none, or where the
/// other is the same product.
template <typename Product>
std::pair<Product, mlir::Value>
productAndResidual(AddOp op, Product (*plain)(mlir::Value)) {
  mlir::Value residual = op.getLhs();
  Product product = plain(op.getRhs());
  if (!product) {
    product = plain(op.getLhs());
    residual = op.getRhs();
  }
  if (!product || residual == product.getResult())
    return {};
  return {product, residual};
}

} // namespace mixq

#endif // MIXQ_TRANSFORMS_FUSE_RESIDUAL_H
