//===- Add.cpp - The kernel of a sum that no product took over ------------===//
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

constexpr int64_t kLanes = 16;

struct AddShape {
  int64_t columns, lhsRowBytes, rhsRowBytes, resultRowBytes;
};

/// A row. The last vector may reach into the rows' padding.
void emitRow(KernelBuilder &k, const AddShape &shape, ValueRange args,
             Value row) {
  Type lanes = k.vec(k.f32(), kLanes);
  Value lhs = k.at(args[0], k.mul(row, shape.lhsRowBytes));
  Value rhs = k.at(args[1], k.mul(row, shape.rhsRowBytes));
  Value result = k.at(args[2], k.mul(row, shape.resultRowBytes));
  k.loop(0, shape.columns, kLanes, [&](Value column) {
    Value bytes = k.mul(column, 4);
    Value sum = k.create<arith::AddFOp>(k.load(lanes, k.at(lhs, bytes)),
                                        k.load(lanes, k.at(rhs, bytes)));
    k.store(sum, k.at(result, bytes));
  });
}

struct AddModel : KernelOpInterface::ExternalModel<AddModel, AddOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<AddOp>(operation);
    if (cast<RankedTensorType>(op.getType()).getRank() != 2)
      return op.emitOpError("expects operands of rank 2 to generate code, got ")
             << op.getType();
    FailureOr<Matrix> lhs = context.matrixOf(op.getLhs());
    FailureOr<Matrix> rhs = context.matrixOf(op.getRhs());
    if (failed(lhs) || failed(rhs))
      return failure();
    Matrix result = context.placeResult(op.getResult());
    AddShape shape{result.columns, lhs->rowBytes, rhs->rowBytes,
                   result.rowBytes};
    std::string name = llvm::formatv(
        "f32_add_{0}_i{1}a{2}r{3}__{4}", shape.columns, shape.lhsRowBytes,
        shape.rhsRowBytes, shape.resultRowBytes, context.target.name);
    func::FuncOp kernel = context.getKernel(
        op.getLoc(), name, "add", {"none", "none", "f32"}, 3,
        [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
          k.loop(begin, end, 1, {}, [&](Value row, ValueRange) {
            emitRow(k, shape, args, row);
            return KernelBuilder::Values();
          });
        });
    context.addStep(op, "", kernel, result.rows, 0, {*lhs, *rhs, result});
    return success();
  }
};

} // namespace

void registerAddKernels(MLIRContext *context) {
  AddOp::attachInterface<AddModel>(*context);
}

} // namespace mixq
