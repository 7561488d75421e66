//===- RowPatterns.cpp - Compute only the rows that are read --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A classifier that looks at the class token alone needs, of its last block,
// one row of the projection and of the MLP: 6 % of a ViT's products are for
// rows that nobody reads. Every op here computes each row of its result from
// the same row of its inputs, so a slice of the result is the op on slices.
//
// This happens among the kernels and not in the graph: what the analysis counts
// and measures is the network as published.
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/Patterns.h"

#include "dialect/MixqDialect.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace mixq {
namespace {

bool isSameRange(SliceOp a, SliceOp b) {
  return a.getBegin() == b.getBegin() && a.getType() == b.getType();
}

/// slice(op(x, residual)) -> op(slice(x), slice(residual)). Pays where no other
/// rows are read: whoever reads the result reads the same slice. The copies
/// that several readers get are one again after common subexpressions.
struct SliceBeforeRows : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SliceOp slice,
                                PatternRewriter &rewriter) const override {
    auto op = slice.getInput().getDefiningOp<RowWiseOpInterface>();
    if (!op || op.getRowOperands().empty() ||
        !llvm::all_of(op->getUsers(), [&](Operation *user) {
          auto other = dyn_cast<SliceOp>(user);
          return other && isSameRange(slice, other);
        }))
      return failure();
    IRMapping rows;
    for (unsigned index : op.getRowOperands()) {
      Value operand = op->getOperand(index);
      rows.map(operand, sliceOf(operand, slice, rewriter));
    }
    Operation *copy = rewriter.clone(*op, rows);
    rewriter.modifyOpInPlace(
        copy, [&] { copy->getResult(0).setType(slice.getType()); });
    rewriter.replaceOp(slice, copy->getResults());
    return success();
  }

  static Value sliceOf(Value operand, SliceOp slice,
                       PatternRewriter &rewriter) {
    auto type = cast<RankedTensorType>(operand.getType());
    int64_t rows = cast<RankedTensorType>(slice.getType()).getDimSize(0);
    return rewriter.create<SliceOp>(slice.getLoc(),
                                    type.clone({rows, type.getDimSize(1)}),
                                    operand, slice.getBegin());
  }
};

} // namespace

void populateRowPatterns(RewritePatternSet &patterns) {
  patterns.add<SliceBeforeRows>(patterns.getContext());
}

} // namespace mixq
