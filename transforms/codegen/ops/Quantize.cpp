//===- Quantize.cpp - The kernel of quantize ------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/VectorMath.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mixq {
namespace {

// Where no producer can write the codes itself: behind a pool, or a residual
// stream that is not normalised.

constexpr int64_t kLanes = 16;

struct QuantizeShape {
  int64_t columns, inputRowBytes, resultRowBytes;
  int32_t maxCode;
};

/// clamp(round(x * multiplier) + zero_point) of a row. The last vector may
/// reach into the row's padding.
void emitRow(KernelBuilder &k, const QuantizeShape &shape, ValueRange args,
             Value row) {
  auto scalar = [&](int64_t index) {
    return k.broadcast(k.load(k.f32(), args[index]), kLanes);
  };
  Value multiplier = scalar(1), zeroPoint = scalar(2);
  Value input = k.at(args[0], k.mul(row, shape.inputRowBytes));
  Value result = k.at(args[3], k.mul(row, shape.resultRowBytes));
  k.loop(0, shape.columns, kLanes, [&](Value column) {
    Value x = k.load(k.vec(k.f32(), kLanes), k.at(input, k.mul(column, 4)));
    Value scaled = k.create<arith::MulFOp>(x, multiplier);
    Value y = k.create<arith::AddFOp>(emitRoundEven(k, scaled), zeroPoint);
    Value limited = emitAtMost(k, emitAtLeast(k, y, 0.0), shape.maxCode);
    k.store(emitCodes(k, limited), k.at(result, column));
  });
}

Matrix addScalar(LoweringContext &context, float value) {
  auto *bytes = reinterpret_cast<const uint8_t *>(&value);
  return context.addConstant(ArrayRef<uint8_t>(bytes, sizeof(value)));
}

struct QuantizeModel
    : KernelOpInterface::ExternalModel<QuantizeModel, QuantizeOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<QuantizeOp>(operation);
    auto type = cast<RankedTensorType>(op.getType());
    auto code = cast<QuantizedType>(type.getElementType());
    if (code.getIsSigned() || code.getAxis() || type.getRank() != 2)
      return op.emitOpError("expects rows of unsigned codes without axis where "
                            "no other op can write them, got ")
             << type;
    FailureOr<Tensor> scale = context.parameterOf(op.getScale());
    FailureOr<Tensor> zeroPoint = context.parameterOf(op.getZeroPoint());
    FailureOr<Matrix> input = context.matrixOf(op.getInput());
    if (failed(scale) || failed(zeroPoint) || failed(input))
      return failure();
    Matrix multiplier = addScalar(context, 1.0f / scale->data<float>()[0]);
    Matrix zero =
        addScalar(context, static_cast<float>(zeroPoint->data<int32_t>()[0]));
    addStep(op, context, code.getMaxCode(),
            {*input, multiplier, zero, context.placeResult(op.getResult())});
    return success();
  }

  static void addStep(QuantizeOp op, LoweringContext &context, int32_t maxCode,
                      ArrayRef<Matrix> arguments) {
    const Matrix &input = arguments.front();
    QuantizeShape shape{input.columns, input.rowBytes,
                        arguments.back().rowBytes, maxCode};
    std::string name = llvm::formatv(
        "f32_quantize_{0}_max{1}_i{2}r{3}__{4}", shape.columns, maxCode,
        shape.inputRowBytes, shape.resultRowBytes, context.target.name);
    func::FuncOp kernel = context.getKernel(
        op.getLoc(), name, "quantize", {"none", "none", "u8"}, 4,
        [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
          k.loop(begin, end, 1, {}, [&](Value row, ValueRange) {
            emitRow(k, shape, args, row);
            return KernelBuilder::Values();
          });
        });
    context.addStep(op, ".quantize", kernel, input.rows, 0, arguments);
  }
};

} // namespace

void registerQuantizeKernels(MLIRContext *context) {
  QuantizeOp::attachInterface<QuantizeModel>(*context);
}

} // namespace mixq
