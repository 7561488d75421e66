//===- Tokens.cpp - Kernels that join and cut rows of tokens --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "transforms/codegen/LoweringContext.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mixq {
namespace {

bool isSamePlace(const Matrix &a, const Matrix &b) {
  return a.space == b.space && a.buffer == b.buffer && a.offset == b.offset;
}

/// Rows `first`, ... of `whole`, as many as `part` has.
Matrix rowsOf(const Matrix &whole, int64_t first, int64_t count) {
  Matrix part = whole;
  part.offset += first * whole.rowBytes;
  part.rows = count;
  return part;
}

void addCopyStep(Operation *op, LoweringContext &context, const Matrix &from,
                 const Matrix &to) {
  // Rows are whole cache lines on both sides, and equally long.
  std::string name =
      llvm::formatv("f32_copy_{0}__{1}", from.rowBytes, context.target.name);
  func::FuncOp kernel = context.getKernel(
      op->getLoc(), name, "concat", {"none", "none", "f32"}, 2,
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        k.loop(k.mul(begin, from.rowBytes), k.mul(end, from.rowBytes), 64, {},
               [&](Value offset, ValueRange) {
                 Value line = k.load(k.vec(k.f32(), 16), k.at(args[0], offset));
                 k.store(line, k.at(args[1], offset));
                 return KernelBuilder::Values();
               });
      });
  context.addStep(op, ".concat", kernel, from.rows, 0, {from, to});
}

struct ConcatModel : KernelOpInterface::ExternalModel<ConcatModel, ConcatOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<ConcatOp>(operation);
    Matrix result = context.placeResult(op.getResult());
    int64_t row = 0;
    for (Value input : op.getInputs()) {
      FailureOr<Matrix> from = context.matrixOf(input);
      if (failed(from))
        return failure();
      Matrix to = rowsOf(result, row, from->rows);
      // What was computed in place needs no copy.
      if (!isSamePlace(*from, to))
        addCopyStep(op, context, *from, to);
      row += from->rows;
    }
    return success();
  }
};

/// A slice of rows is a view.
struct SliceModel : KernelOpInterface::ExternalModel<SliceModel, SliceOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<SliceOp>(operation);
    FailureOr<Matrix> input = context.matrixOf(op.getInput());
    if (failed(input))
      return failure();
    auto type = cast<RankedTensorType>(op.getType());
    context.placeAs(op.getResult(),
                    rowsOf(*input, op.getBegin(), type.getDimSize(0)));
    return success();
  }
};

} // namespace

void registerTokensKernels(MLIRContext *context) {
  ConcatOp::attachInterface<ConcatModel>(*context);
  SliceOp::attachInterface<SliceModel>(*context);
}

} // namespace mixq
