//===- Pool.cpp - The kernel of pool --------------------------------------===//
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

/// One task is the columns of one cache line: 16 of fp32, of which the last
/// may be padding.
constexpr int64_t kColumns = 16;

void emitColumnMeans(KernelBuilder &k, const Matrix &input, ValueRange args,
                     Value task) {
  Type lanes = k.vec(k.f32(), kColumns);
  Value column = k.mul(task, kColumns * 4);
  Value source = k.at(args[0], column);
  KernelBuilder::Values sums = k.loop(
      k.index(0), k.index(input.rows), 1, k.constant(lanes, 0.0),
      [&](Value row, ValueRange carried) {
        Value x = k.load(lanes, k.at(source, k.mul(row, input.rowBytes)));
        return KernelBuilder::Values{k.create<arith::AddFOp>(carried[0], x)};
      });
  Value reciprocal = k.constant(lanes, double(1.0f / input.rows));
  k.store(k.create<arith::MulFOp>(sums[0], reciprocal), k.at(args[1], column));
}

struct PoolModel : KernelOpInterface::ExternalModel<PoolModel, PoolOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<PoolOp>(operation);
    FailureOr<Matrix> input = context.matrixOf(op.getInput());
    if (failed(input))
      return failure();
    Matrix result = context.placeResult(op.getResult());
    std::string name =
        llvm::formatv("f32_pool_{0}x{1}_i{2}__{3}", input->rows, input->columns,
                      input->rowBytes, context.target.name);
    func::FuncOp kernel = context.getKernel(
        op.getLoc(), name, "pool", {"none", "none", "f32"}, 2,
        [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
          k.loop(begin, end, 1, {}, [&](Value task, ValueRange) {
            emitColumnMeans(k, *input, args, task);
            return KernelBuilder::Values();
          });
        });
    context.addStep(op, "", kernel, (input->columns + kColumns - 1) / kColumns,
                    0, {*input, result});
    return success();
  }
};

} // namespace

void registerPoolKernels(MLIRContext *context) {
  PoolOp::attachInterface<PoolModel>(*context);
}

} // namespace mixq
