//===- LayerNorm.cpp - Kernels of layer_norm and its quantized form -*- C++
//-*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "dialect/Numerics.h"
#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/Packing.h"
#include "transforms/codegen/VectorMath.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mixq {
namespace {

struct RowShape {
  int64_t rows, columns, inputRowBytes, resultRowBytes;
  float epsilon;
  bool codes;
};

constexpr int64_t kLanes = numerics::kSumLanes;

/// The sum over a row of `term(lanes so far, x)`, in 16 lanes. The last vector
/// may reach into the row's padding; those lanes keep what they have.
Value emitRowSum(KernelBuilder &k, const RowShape &shape, Value row,
                 llvm::function_ref<Value(Value, Value)> term) {
  Type lanes = k.vec(k.f32(), kLanes);
  auto add = [&](Value column, Value sum) {
    return term(sum, k.load(lanes, k.at(row, k.mul(column, 4))));
  };
  int64_t rest = shape.columns % kLanes, full = shape.columns - rest;
  Value sum = k.loop(k.index(0), k.index(full), kLanes, k.constant(lanes, 0.0),
                     [&](Value column, ValueRange carried) {
                       return KernelBuilder::Values{add(column, carried[0])};
                     })[0];
  if (rest)
    sum = k.create<arith::SelectOp>(k.prefixMask(kLanes, rest),
                                    add(k.index(full), sum), sum);
  return emitLaneSum(k, sum);
}

/// One row: mean and variance, then fma((x - mean) * rstd, gamma, beta).
void emitRow(KernelBuilder &k, const RowShape &shape, ValueRange args,
             Value rowIndex) {
  Type lanes = k.vec(k.f32(), kLanes);
  Value input = k.at(args[0], k.mul(rowIndex, shape.inputRowBytes));
  Value output = k.at(args[3], k.mul(rowIndex, shape.resultRowBytes));
  Value reciprocal = k.constant(k.f32(), double(1.0f / shape.columns));

  Value sum = emitRowSum(k, shape, input, [&](Value carried, Value x) -> Value {
    return k.create<arith::AddFOp>(carried, x);
  });
  Value mean = k.broadcast(k.create<arith::MulFOp>(sum, reciprocal), kLanes);
  Value squares =
      emitRowSum(k, shape, input, [&](Value carried, Value x) -> Value {
        Value centred = k.create<arith::SubFOp>(x, mean);
        return emitFma(k, centred, centred, carried);
      });
  Value variance = emitFma(k, squares, reciprocal,
                           k.constant(k.f32(), double(shape.epsilon)));
  Value deviation = k.create<math::SqrtOp>(variance);
  Value rstd = k.broadcast(
      k.create<arith::DivFOp>(k.constant(k.f32(), 1.0), deviation), kLanes);

  k.loop(0, shape.columns, kLanes, [&](Value column) {
    Value bytes = k.mul(column, 4);
    Value x = k.load(lanes, k.at(input, bytes));
    Value centred = k.create<arith::SubFOp>(x, mean);
    Value y = emitFma(k, k.create<arith::MulFOp>(centred, rstd),
                      k.load(lanes, k.at(args[1], bytes)),
                      k.load(lanes, k.at(args[2], bytes)));
    if (shape.codes)
      k.store(emitCodes(k, y), k.at(output, column));
    else
      k.store(y, k.at(output, bytes));
  });
}

template <typename Op>
LogicalResult lowerLayerNorm(Op op, LoweringContext &context, bool codes) {
  auto type = cast<RankedTensorType>(op.getType());
  int64_t columns = type.getDimSize(1);
  FailureOr<Matrix> input = context.matrixOf(op.getInput());
  int64_t padded = roundUp(columns, kLanes);
  FailureOr<Matrix> gamma = context.addVector(op.getGamma(), padded);
  FailureOr<Matrix> beta = context.addVector(op.getBeta(), padded);
  if (failed(input) || failed(gamma) || failed(beta))
    return failure();
  Matrix result = context.placeResult(op.getResult());
  RowShape shape{type.getDimSize(0),
                 columns,
                 input->rowBytes,
                 result.rowBytes,
                 op.getEpsilon().convertToFloat(),
                 codes};
  StringRef resultType = codes ? "u8" : "f32";
  std::string name = llvm::formatv(
      "f32_layer_norm_{0}_{1}_eps{2:x}_i{3}r{4}__{5}", columns, resultType,
      llvm::bit_cast<uint32_t>(shape.epsilon), shape.inputRowBytes,
      shape.resultRowBytes, context.target.name);
  func::FuncOp kernel = context.getKernel(
      op.getLoc(), name, op->getName().stripDialect(),
      {"none", "none", resultType}, 4,
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        k.loop(begin, end, 1, {}, [&](Value row, ValueRange) {
          emitRow(k, shape, args, row);
          return KernelBuilder::Values();
        });
      });
  context.addStep(op, "", kernel, shape.rows, 0,
                  {*input, *gamma, *beta, result});
  return success();
}

struct LayerNormModel
    : KernelOpInterface::ExternalModel<LayerNormModel, LayerNormOp> {
  LogicalResult lowerToSteps(Operation *op, LoweringContext &context) const {
    return lowerLayerNorm(cast<LayerNormOp>(op), context, false);
  }
};

struct LayerNormQuantizeModel
    : KernelOpInterface::ExternalModel<LayerNormQuantizeModel,
                                       LayerNormQuantizeOp> {
  LogicalResult lowerToSteps(Operation *op, LoweringContext &context) const {
    return lowerLayerNorm(cast<LayerNormQuantizeOp>(op), context, true);
  }
};

} // namespace

void registerLayerNormKernels(MLIRContext *context) {
  LayerNormOp::attachInterface<LayerNormModel>(*context);
  LayerNormQuantizeOp::attachInterface<LayerNormQuantizeModel>(*context);
}

} // namespace mixq
