//===- TokenPatterns.cpp - Fold what is added to constant tokens ----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/Patterns.h"
#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {
namespace {

/// Rows [begin, begin + count) of a matrix of fp32.
Tensor rowsOf(const Tensor &matrix, int64_t begin, int64_t count) {
  Tensor rows(DataType::F32, {count, matrix.dim(1)});
  std::copy_n(matrix.data<float>() + begin * matrix.dim(1),
              count * matrix.dim(1), rows.mutableData<float>());
  return rows;
}

Tensor sumOf(const Tensor &a, const Tensor &b) {
  Tensor sum(DataType::F32, a.shape());
  for (int64_t i = 0; i < a.size(); ++i)
    sum.mutableData<float>()[i] = a.data<float>()[i] + b.data<float>()[i];
  return sum;
}

std::string nameOf(Value parameter) {
  auto name = parameter.getDefiningOp<ParameterOp>().getName();
  return name ? name->str() : "constant";
}

/// add(concat(a, b, ...), p) to concat(a + p[a's rows], b + p[b's rows], ...):
/// the position embedding becomes a constant for the class token, and the
/// residual of the patch projection for the rest.
struct AddToConcat : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AddOp op,
                                PatternRewriter &rewriter) const override {
    auto concat = op.getLhs().getDefiningOp<ConcatOp>();
    auto table = op.getRhs().getDefiningOp<ParameterOp>();
    if (!concat || !table || !concat->hasOneUse())
      return rewriter.notifyMatchFailure(op, "not concat + parameter");
    FailureOr<Tensor> values = readParameter(table);
    if (failed(values))
      return failure();
    int64_t row = 0;
    SmallVector<Value> sums;
    for (Value input : concat.getInputs()) {
      int64_t rows = cast<RankedTensorType>(input.getType()).getDimSize(0);
      FailureOr<Value> sum =
          addRows(rewriter, op.getLoc(), input, rowsOf(*values, row, rows),
                  nameOf(table) + "." + std::to_string(row));
      if (failed(sum))
        return failure();
      sums.push_back(*sum);
      row += rows;
    }
    rewriter.replaceOpWithNewOp<ConcatOp>(op, op.getType(), sums);
    return success();
  }

  static FailureOr<Value> addRows(PatternRewriter &rewriter, Location loc,
                                  Value input, const Tensor &rows,
                                  const std::string &name) {
    Type f32 = rewriter.getF32Type();
    if (!input.getDefiningOp<ParameterOp>()) {
      Value table = makeParameter(rewriter, loc, name, rows, f32);
      return rewriter.create<AddOp>(loc, input, table).getResult();
    }
    FailureOr<Tensor> constant = readParameter(input);
    if (failed(constant))
      return failure();
    return makeParameter(rewriter, loc, nameOf(input) + ".positioned",
                         sumOf(*constant, rows), f32);
  }
};

} // namespace

void populateTokenPatterns(RewritePatternSet &patterns) {
  patterns.add<AddToConcat>(patterns.getContext());
}

} // namespace mixq
