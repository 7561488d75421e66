//===- MovePatterns.cpp - Moves of rows into their neighbours -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/Patterns.h"
#include "transforms/Fuse/RowTables.h"
#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {
namespace {

void replaceWithFusedNorm(PatternRewriter &rewriter, Operation *replaced,
                          Operation *norm, Value input, Value gamma, Value beta,
                          FloatAttr epsilon, const RowTable &table) {
  Location loc = norm->getLoc();
  Value rows = table.toParameter(rewriter, loc,
                                 parameterName(gamma, "layer_norm") + ".rows",
                                 /*withParts=*/true);
  auto fused = rewriter.create<FusedLayerNormOp>(
      loc, replaced->getResult(0).getType(), input, gamma, beta, rows, epsilon);
  rewriter.replaceOp(replaced, fused);
}

/// layer_norm(move(x)): the kernel puts its rows together itself.
struct MoveBeforeLayerNorm : OpRewritePattern<LayerNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LayerNormOp op,
                                PatternRewriter &rewriter) const override {
    auto move = op.getInput().getDefiningOp<RowMapOpInterface>();
    if (!move)
      return rewriter.notifyMatchFailure(op, "input was not moved");
    RowTable table = RowTable::of(move);
    // The kernel leaves rows of nothing but zeros alone; layer_norm of such a
    // row is beta.
    if (table.hasZeroRow())
      return rewriter.notifyMatchFailure(op, "normalises rows of padding");
    replaceWithFusedNorm(rewriter, op, op, move->getOperand(0), op.getGamma(),
                         op.getBeta(), op.getEpsilonAttr(), table);
    return success();
  }
};

/// move(layer_norm(x)): the kernel writes its rows where they belong.
struct MoveAfterLayerNorm : OpInterfaceRewritePattern<RowMapOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(RowMapOpInterface move,
                                PatternRewriter &rewriter) const override {
    RowTable next = RowTable::of(move);
    Value input = move->getOperand(0);
    if (next.parts != 1 || !input.hasOneUse())
      return rewriter.notifyMatchFailure(move, "not the only move of rows");
    if (auto norm = input.getDefiningOp<LayerNormOp>()) {
      replaceWithFusedNorm(rewriter, move, norm, norm.getInput(),
                           norm.getGamma(), norm.getBeta(),
                           norm.getEpsilonAttr(), next);
      return success();
    }
    auto norm = input.getDefiningOp<FusedLayerNormOp>();
    if (!norm)
      return rewriter.notifyMatchFailure(move, "not after layer_norm");
    FailureOr<RowTable> table = RowTable::read(norm.getRows());
    if (failed(table))
      return failure();
    replaceWithFusedNorm(rewriter, move, norm, norm.getInput(), norm.getGamma(),
                         norm.getBeta(), norm.getEpsilonAttr(),
                         table->then(next));
    return success();
  }
};

} // namespace

void populateMovePatterns(RewritePatternSet &patterns) {
  patterns.add<MoveBeforeLayerNorm, MoveAfterLayerNorm>(patterns.getContext());
}

} // namespace mixq
