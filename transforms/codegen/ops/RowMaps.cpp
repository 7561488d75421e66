//===- RowMaps.cpp - Moves of rows that no kernel took over ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "dialect/Numerics.h"
#include "transforms/codegen/LoweringContext.h"

#include "llvm/Support/FormatVariadic.h"

#include <cstring>

using namespace mlir;

namespace mixq {
namespace {

constexpr int64_t kLanes = numerics::kSumLanes;

/// Rows of `parts` parts of `columns` fp32 elements.
struct MoveShape {
  int64_t columns, parts, inputRowBytes, resultRowBytes;
};

/// One part in whole vectors: what is stored past its end, the next part
/// overwrites, or it is the row's padding.
void emitPart(KernelBuilder &k, const MoveShape &shape, Value input,
              Value source, Value to) {
  Type lanes = k.vec(k.f32(), kLanes);
  auto fill = [&](llvm::function_ref<Value(Value)> valueAt) {
    k.loop(0, shape.columns, kLanes, [&](Value column) {
      Value bytes = k.mul(column, 4);
      k.store(valueAt(bytes), k.at(to, bytes));
    });
  };
  Value row = k.create<arith::ExtSIOp>(k.i64(), source);
  Value from = k.at(input, k.mul(row, shape.inputRowBytes));
  Value isZero = k.create<arith::CmpIOp>(arith::CmpIPredicate::slt, source,
                                         k.constant(k.i32(), int64_t(0)));
  k.branch(
      isZero, [&] { fill([&](Value) { return k.constant(lanes, 0.0); }); },
      [&] {
        fill([&](Value bytes) { return k.load(lanes, k.at(from, bytes)); });
      });
}

void emitMove(KernelBuilder &k, const MoveShape &shape, ValueRange args,
              Value begin, Value end) {
  k.loop(begin, end, 1, {}, [&](Value row, ValueRange) {
    Value sources = k.at(args[1], k.mul(row, shape.parts * 4));
    Value result = k.at(args[2], k.mul(row, shape.resultRowBytes));
    for (int64_t part = 0; part < shape.parts; ++part)
      emitPart(k, shape, args[0], k.load(k.i32(), k.at(sources, part * 4)),
               k.at(result, part * shape.columns * 4));
    return KernelBuilder::Values();
  });
}

Matrix addSources(RowMapOpInterface op, LoweringContext &context) {
  SmallVector<int32_t> sources = op.getSourceRows();
  std::vector<uint8_t> bytes(sources.size() * sizeof(int32_t));
  std::memcpy(bytes.data(), sources.data(), bytes.size());
  return context.addConstant(bytes);
}

LogicalResult lowerMove(RowMapOpInterface op, LoweringContext &context) {
  FailureOr<Matrix> input = context.matrixOf(op->getOperand(0));
  if (failed(input))
    return failure();
  Matrix result = context.placeResult(op->getResult(0));
  MoveShape shape{input->columns, result.columns / input->columns,
                  input->rowBytes, result.rowBytes};
  std::string name = llvm::formatv(
      "f32_move_{0}x{1}_i{2}r{3}__{4}", shape.parts, shape.columns,
      shape.inputRowBytes, shape.resultRowBytes, context.target.name);
  func::FuncOp kernel = context.getKernel(
      op.getLoc(), name, "move", {"none", "none", "f32"}, 3,
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        emitMove(k, shape, args, begin, end);
      });
  context.addStep(op, "", kernel, result.rows, 0,
                  {*input, addSources(op, context), result});
  return success();
}

template <typename Op>
struct MoveModel : KernelOpInterface::ExternalModel<MoveModel<Op>, Op> {
  LogicalResult lowerToSteps(Operation *op, LoweringContext &context) const {
    return lowerMove(cast<RowMapOpInterface>(op), context);
  }
};

template <typename... Ops> void attachTo(MLIRContext &context) {
  (Ops::template attachInterface<MoveModel<Ops>>(context), ...);
}

} // namespace

void registerRowMapKernels(MLIRContext *context) {
  attachTo<RollOp, PadMapOp, CropMapOp, WindowPartitionOp, WindowReverseOp,
           PatchMergeOp>(*context);
}

} // namespace mixq
