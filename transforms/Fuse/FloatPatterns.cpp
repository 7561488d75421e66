//===- FloatPatterns.cpp - Kernels of the fp32 graph ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/AttentionParts.h"
#include "transforms/Fuse/PatchWeights.h"
#include "transforms/Fuse/Patterns.h"
#include "transforms/Fuse/Residual.h"
#include "transforms/Fuse/RowTables.h"
#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {
namespace {

struct FuseLinear : OpRewritePattern<LinearOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LinearOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<FusedLinearOp>(
        op, op.getType(), op.getInput(), op.getWeight(), op.getBias(),
        /*residual=*/Value(), Epilogue::Store, op.getUnitAttr());
    return success();
  }
};

struct FusePatchEmbed : OpRewritePattern<PatchEmbedOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PatchEmbedOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<Value> weight = flattenPatchWeight(rewriter, op.getWeight());
    if (failed(weight))
      return rewriter.notifyMatchFailure(op, "weight is not a parameter");
    PatchShape shape = patchShapeOf(op);
    auto type = RankedTensorType::get(shape.matrix(), rewriter.getF32Type());
    Value patches = rewriter.create<ExtractPatchesOp>(
        op.getLoc(), type, op.getImage(),
        rewriter.getDenseI64ArrayAttr(shape.patch));
    rewriter.replaceOpWithNewOp<FusedLinearOp>(
        op, op.getType(), patches, *weight, op.getBias(), /*residual=*/Value(),
        Epilogue::Store, op.getUnitAttr());
    return success();
  }
};

/// The product whose plain result is `value` and nothing else's operand.
FusedLinearOp plainProduct(Value value) {
  auto product = value.getDefiningOp<FusedLinearOp>();
  if (!product || product.getEpilogue() != Epilogue::Store ||
      !product->hasOneUse())
    return nullptr;
  return product;
}

struct FuseGelu : OpRewritePattern<GeluOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(GeluOp op,
                                PatternRewriter &rewriter) const override {
    FusedLinearOp product = plainProduct(op.getInput());
    if (!product)
      return rewriter.notifyMatchFailure(op, "input is not a plain product");
    rewriter.replaceOpWithNewOp<FusedLinearOp>(
        op, op.getType(), product.getInput(), product.getWeight(),
        product.getBias(), Value(), Epilogue::Gelu, product.getUnitAttr(),
        op.getTanh());
    return success();
  }
};

struct FuseAdd : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AddOp op,
                                PatternRewriter &rewriter) const override {
    auto [product, residual] = productAndResidual(op, plainProduct);
    if (!product)
      return rewriter.notifyMatchFailure(op, "no operand is a plain product");
    rewriter.replaceOpWithNewOp<FusedLinearOp>(
        op, op.getType(), product.getInput(), product.getWeight(),
        product.getBias(), residual, Epilogue::Add, product.getUnitAttr());
    return success();
  }
};

/// merge_heads(matmul(softmax(matmul(q, k)), v)) of one split_qkv, with or
/// without a window_bias before the softmax.
struct FuseAttention : OpRewritePattern<MergeHeadsOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MergeHeadsOp op,
                                PatternRewriter &rewriter) const override {
    auto av = op.getInput().getDefiningOp<MatmulOp>();
    auto softmax = av ? av.getLhs().getDefiningOp<SoftmaxOp>() : SoftmaxOp();
    WindowBiasOp bias;
    MatmulOp qk = softmax ? scoresBehind(softmax, bias) : MatmulOp();
    auto split = qk ? qk.getLhs().getDefiningOp<SplitQkvOp>() : SplitQkvOp();
    // Codes inside the softmax are not part of the fp32 kernel.
    if (!split || !isAttention(split, qk, av) || !isOneGrid(split, bias, op) ||
        softmax.getCodesAttr())
      return rewriter.notifyMatchFailure(op, "not attention over one split");
    auto heads = cast<RankedTensorType>(split.getQuery().getType());
    rewriter.replaceOpWithNewOp<FusedAttentionOp>(
        op, op.getType(), split.getInput(), bias ? bias.getBias() : Value(),
        /*rows=*/Value(),
        rewriter.getI64IntegerAttr(heads.getDimSize(0) / split.getWindows()),
        qk.getMultiplierAttr(), gridOf(rewriter, split, bias),
        rewriter.getStringAttr(attentionName(av)));
    return success();
  }

  static bool isAttention(SplitQkvOp split, MatmulOp qk, MatmulOp av) {
    return qk.getLhs() == split.getQuery() && qk.getRhs() == split.getKey() &&
           av.getRhs() == split.getValue() && qk.getTransposeRhs() &&
           !av.getTransposeRhs() && av.getMultiplier().isExactlyValue(1.0);
  }
};

/// move(fused_attention): the kernel stores its rows where they belong.
struct MoveAfterAttention : OpInterfaceRewritePattern<RowMapOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(RowMapOpInterface move,
                                PatternRewriter &rewriter) const override {
    RowTable table = RowTable::of(move);
    auto op = move->getOperand(0).getDefiningOp<FusedAttentionOp>();
    if (!op || !op->hasOneUse() || table.parts != 1 || table.hasZeros())
      return rewriter.notifyMatchFailure(move, "not after attention");
    if (op.getRows()) {
      FailureOr<RowTable> before = RowTable::read(op.getRows());
      if (failed(before))
        return failure();
      table = before->then(table);
    }
    Value rows =
        table.toParameter(rewriter, op.getLoc(),
                          op.getUnit().value_or("attention").str() + ".rows",
                          /*withParts=*/false);
    rewriter.replaceOpWithNewOp<FusedAttentionOp>(
        move, move->getResult(0).getType(), op.getInput(), op.getBias(), rows,
        op.getHeadsAttr(), op.getMultiplierAttr(), op.getGridAttr(),
        op.getUnitAttr());
    return success();
  }
};

} // namespace

void populateFloatPatterns(RewritePatternSet &patterns) {
  patterns.add<FuseLinear, FusePatchEmbed, FuseGelu, FuseAdd, FuseAttention,
               MoveAfterAttention>(patterns.getContext());
}

} // namespace mixq
