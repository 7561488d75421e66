//===- Canonicalization.cpp - Folders and canonical forms -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/MixqDialect.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mixq;

/// The whole range is the input.
OpFoldResult SliceOp::fold(FoldAdaptor) {
  if (getBegin() == 0 && getInput().getType() == getType())
    return getInput();
  return {};
}

namespace {

/// Whether slices use all that is used of a layer_norm, and together have no
/// more rows.
bool isCutByEveryUse(LayerNormOp norm) {
  int64_t rows = 0;
  for (Operation *user : norm->getUsers()) {
    auto slice = dyn_cast<SliceOp>(user);
    if (!slice)
      return false;
    rows += slice.getType().getDimSize(0);
  }
  return rows <= norm.getType().getDimSize(0);
}

/// slice(layer_norm(x)) -> layer_norm(slice(x)): rows are normalised one by
/// one, so those that the slice drops need no normalising. Pays only where
/// nothing else reads them.
struct SliceBeforeLayerNorm : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SliceOp slice,
                                PatternRewriter &rewriter) const override {
    auto norm = slice.getInput().getDefiningOp<LayerNormOp>();
    if (!norm || !isCutByEveryUse(norm))
      return failure();
    auto rows = rewriter.create<SliceOp>(slice.getLoc(), slice.getType(),
                                         norm.getInput(), slice.getBegin());
    // A clone keeps the attributes that analyses attached to the layer_norm.
    auto moved = cast<LayerNormOp>(rewriter.clone(*norm));
    rewriter.modifyOpInPlace(moved, [&] {
      moved.getInputMutable().assign(rows);
      moved.getResult().setType(slice.getType());
    });
    rewriter.replaceOp(slice, moved);
    return success();
  }
};

} // namespace

void SliceOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                          MLIRContext *context) {
  patterns.add<SliceBeforeLayerNorm>(context);
}
