//===- Products.h - qlinear ops of the fuse pass ----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_FUSE_PRODUCTS_H
#define MIXQ_TRANSFORMS_FUSE_PRODUCTS_H

#include "transforms/Fuse/Quantizers.h"

#include "mlir/IR/PatternMatch.h"

namespace mixq {

/// The integer product of an activation with `weight`, whose codes are
/// `weightCodes` [N, K], in fp32 with `bias`: in place of the fp32 product
/// `op`. An error where an accumulator might leave int32.
mlir::FailureOr<QLinearOp>
buildProduct(mlir::PatternRewriter &rewriter, mlir::Operation *op,
             const ActivationBytes &activation,
             const RowQuantizedWeight &weight, mlir::Value weightCodes,
             mlir::Value bias, mlir::StringAttr unit);

/// What follows a product; values that the epilogue lacks are null.
struct ProductEpilogue {
  Epilogue kind;
  mlir::Value residual = {};
  mlir::Value resultMultiplier = {}, resultOffset = {};
  mlir::Value limit = {}, table = {};
  bool tanh = false; ///< the form of gelu
};

/// `product` again with another epilogue, multiplier and offset.
QLinearOp withEpilogue(mlir::PatternRewriter &rewriter, QLinearOp product,
                       mlir::Location loc, mlir::Type type,
                       mlir::Value multiplier, mlir::Value offset,
                       const ProductEpilogue &epilogue);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_FUSE_PRODUCTS_H
