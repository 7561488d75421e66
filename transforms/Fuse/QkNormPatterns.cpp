//===- QkNormPatterns.cpp - Normalised queries and keys -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/Patterns.h"

#include "dialect/MixqDialect.h"

using namespace mlir;

namespace mixq {
namespace {

/// split_qkv whose queries and keys go through a layer_norm each, to split_qkv
/// of qk_norm: attention then reads one matrix, as without norms.
struct FuseQkNorm : OpRewritePattern<SplitQkvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SplitQkvOp op,
                                PatternRewriter &rewriter) const override {
    LayerNormOp query = onlyNorm(op.getQuery()), key = onlyNorm(op.getKey());
    if (!query || !key || query.getEpsilon() != key.getEpsilon())
      return rewriter.notifyMatchFailure(op, "no norms of queries and keys");
    SmallVector<Value> vectors = {query.getGamma(), query.getBeta(),
                                  key.getGamma(), key.getBeta()};
    for (Value vector : vectors)
      if (!vector.getDefiningOp<ParameterOp>())
        return rewriter.notifyMatchFailure(op, "gamma or beta is computed");
    // They stand before their norms, and now are needed before the split.
    for (Value vector : vectors)
      if (op->isBeforeInBlock(vector.getDefiningOp()))
        rewriter.moveOpBefore(vector.getDefiningOp(), op);
    int64_t heads = op.getQuery().getType().getDimSize(0) / op.getWindows();
    auto norm = rewriter.create<QkNormOp>(
        query.getLoc(), op.getInput().getType(), op.getInput(), vectors[0],
        vectors[1], vectors[2], vectors[3], rewriter.getI64IntegerAttr(heads),
        query.getEpsilonAttr());
    auto split =
        rewriter.create<SplitQkvOp>(op.getLoc(), op.getResultTypes(),
                                    norm.getResult(), op.getWindowsAttr());
    rewriter.replaceOp(query, split.getQuery());
    rewriter.replaceOp(key, split.getKey());
    rewriter.replaceOp(op, split);
    return success();
  }

  static LayerNormOp onlyNorm(Value value) {
    if (!value.hasOneUse())
      return nullptr;
    return dyn_cast<LayerNormOp>(*value.user_begin());
  }
};

} // namespace

void populateQkNormPatterns(RewritePatternSet &patterns) {
  patterns.add<FuseQkNorm>(patterns.getContext());
}

} // namespace mixq
