//===- Quantize.cpp - Quantize the operands of every unit -----------*- C++
//-*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Quantize/Quantize.h"

#include "analysis/WeightQuantizer.h"
#include "transforms/Parameters.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mixq {
#define GEN_PASS_DEF_QUANTIZE
#include "transforms/Quantize/Quantize.h.inc"
} // namespace mixq

using namespace mlir;

namespace mixq {
namespace {

/// dequantize(quantize(value)) with one scale and zero-point.
Value quantizeActivation(OpBuilder &builder, Location loc, Value value,
                         UniformAttr uniform) {
  Value scale = makeParameter(builder, loc, "scale",
                              std::vector<float>{float(uniform.getScale())});
  Value zeroPoint = makeParameter(builder, loc, "zero_point",
                                  std::vector<int32_t>{uniform.getZeroPoint()});
  auto type = cast<RankedTensorType>(value.getType());
  Value codes = builder.create<QuantizeOp>(loc, type.clone(uniform.getType()),
                                           value, scale, zeroPoint);
  return builder.create<DequantizeOp>(loc, type, codes, scale, zeroPoint);
}

/// dequantize(codes) of a weight whose dimension 0 is the output channel.
FailureOr<Value> quantizeParameter(OpBuilder &builder, Location loc,
                                   Value value) {
  FailureOr<Tensor> weight = readParameter(value);
  if (failed(weight))
    return failure();
  auto type = cast<RankedTensorType>(value.getType());
  absl::StatusOr<QuantizedWeight> quantized = quantizeWeight(*weight);
  if (!quantized.ok())
    return emitError(loc, std::string(quantized.status().message()));
  std::string name = parameterName(value, "weight");
  auto codeType = QuantizedType::get(builder.getContext(), /*isSigned=*/true,
                                     /*bits=*/8, /*axis=*/0u);
  Value codes =
      makeParameter(builder, loc, name + ".codes", quantized->codes, codeType);
  Value scales = makeParameter(builder, loc, name + ".scale", quantized->scales,
                               builder.getF32Type());
  Value zeroPoints = makeParameter(builder, loc, name + ".zero_point",
                                   std::vector<int32_t>(type.getDimSize(0), 0));
  return builder.create<DequantizeOp>(loc, type, codes, scales, zeroPoints)
      .getResult();
}

struct QuantizePass : impl::QuantizeBase<QuantizePass> {
  /// One unit: its weight and its activations.
  LogicalResult quantizeUnit(CostOpInterface unit, StringAttr name) {
    Operation *op = unit;
    OpBuilder builder(op);
    auto activations = op->getAttrOfType<ArrayAttr>("mixq.activations");
    unsigned next = 0;
    for (unsigned index : unit.getQuantizableOperands()) {
      Value operand = op->getOperand(index);
      FailureOr<Value> quantized = failure();
      if (isParameter(operand)) {
        quantized = quantizeParameter(builder, op->getLoc(), operand);
      } else {
        auto uniform = activations && next < activations.size()
                           ? dyn_cast<UniformAttr>(activations[next++])
                           : UniformAttr();
        if (!uniform)
          return op->emitOpError("expects `mixq.activations` to calibrate "
                                 "operand ")
                 << index << " of unit " << name;
        quantized = quantizeActivation(builder, op->getLoc(), operand, uniform);
      }
      if (failed(quantized))
        return failure();
      op->setOperand(index, *quantized);
    }
    op->removeAttr("mixq.activations");
    return success();
  }

  void runOnOperation() override {
    SmallVector<std::pair<CostOpInterface, StringAttr>> units;
    getOperation().walk([&](CostOpInterface op) {
      if (auto name = op->getAttrOfType<StringAttr>("unit"))
        units.emplace_back(op, name);
    });
    for (auto [unit, name] : units)
      if (failed(quantizeUnit(unit, name)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace mixq
