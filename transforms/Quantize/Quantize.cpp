//===- Quantize.cpp - Quantize the operands of every unit -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Quantize/Quantize.h"

#include "analysis/WeightQuantizer.h"
#include "dialect/Bits.h"
#include "transforms/Parameters.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mixq {
#define GEN_PASS_DEF_QUANTIZE
#include "transforms/Quantize/Quantize.h.inc"
} // namespace mixq

using namespace mlir;

namespace mixq {
namespace {

/// Says of a gelu that its result, `value`, becomes codes. Its quantizer may
/// want channels scaled first.
void markSource(Value value) {
  if (auto affine = value.getDefiningOp<ChannelAffineOp>())
    value = affine.getInput();
  if (auto gelu = value.getDefiningOp<GeluOp>())
    gelu.setCodes(true);
}

/// dequantize(quantize(value)) with one scale and zero-point.
Value quantizeActivation(OpBuilder &builder, Location loc, Value value,
                         UniformAttr uniform) {
  markSource(value);
  Value scale = makeParameter(builder, loc, "scale",
                              std::vector<float>{float(uniform.getScale())});
  Value zeroPoint = makeParameter(builder, loc, "zero_point",
                                  std::vector<int32_t>{uniform.getZeroPoint()});
  auto type = cast<RankedTensorType>(value.getType());
  Value codes = builder.create<QuantizeOp>(loc, type.clone(uniform.getType()),
                                           value, scale, zeroPoint);
  return builder.create<DequantizeOp>(loc, type, codes, scale, zeroPoint);
}

/// dequantize(quantize(value)) with a scale and zero-point for each head of
/// `value` [windows * heads, N, d].
FailureOr<Value> quantizeHeads(OpBuilder &builder, Operation *unit, Value value,
                               ArrayAttr heads) {
  auto type = cast<RankedTensorType>(value.getType());
  const int64_t count = heads.size(), parts = type.getDimSize(0);
  auto codes = cast<UniformAttr>(heads[0]).getType();
  auto isAlike = [&](Attribute head) {
    return cast<UniformAttr>(head).getType() == codes;
  };
  if (parts % count != 0 || !llvm::all_of(heads, isAlike))
    return unit->emitOpError("expects quantizers of one type for heads that "
                             "divide the first extent of ")
           << type << ", got " << heads;
  std::vector<float> scales;
  std::vector<int32_t> zeroPoints;
  for (int64_t part = 0; part < parts; ++part) {
    auto head = cast<UniformAttr>(heads[part % count]);
    scales.push_back(static_cast<float>(head.getScale()));
    zeroPoints.push_back(head.getZeroPoint());
  }
  Location loc = unit->getLoc();
  Value scale = makeParameter(builder, loc, "scale", scales);
  Value zeroPoint = makeParameter(builder, loc, "zero_point", zeroPoints);
  auto perHead = QuantizedType::get(builder.getContext(), codes.getIsSigned(),
                                    codes.getBits(), /*axis=*/0u);
  Value quantized = builder.create<QuantizeOp>(loc, type.clone(perHead), value,
                                               scale, zeroPoint);
  return builder.create<DequantizeOp>(loc, type, quantized, scale, zeroPoint)
      .getResult();
}

/// decode(encode(value)).
Value encodeActivation(OpBuilder &builder, Location loc, Value value,
                       CodebookAttr codebook) {
  markSource(value);
  auto scalar = [&](const char *name, double number) {
    return makeParameter(builder, loc, name,
                         std::vector<float>{static_cast<float>(number)});
  };
  Value scale = scalar("scale", codebook.getScale());
  Value offset = scalar("offset", codebook.getOffset());
  ArrayRef<int32_t> entries = codebook.getTable().asArrayRef();
  Value table = makeParameter(builder, loc, "table", entries.vec());
  auto type = cast<RankedTensorType>(value.getType());
  Value codes = builder.create<EncodeOp>(loc, type.clone(codebook.getType()),
                                         value, scale, offset, table);
  return builder.create<DecodeOp>(loc, type, codes, scale, offset);
}

/// dequantize(codes) of a weight whose dimension 0 is the output channel.
FailureOr<Value> quantizeParameter(OpBuilder &builder, Location loc,
                                   Value value, unsigned bits) {
  FailureOr<Tensor> weight = readParameter(value);
  if (failed(weight))
    return failure();
  auto type = cast<RankedTensorType>(value.getType());
  absl::StatusOr<QuantizedWeight> quantized = quantizeWeight(*weight, bits);
  if (!quantized.ok())
    return emitError(loc, std::string(quantized.status().message()));
  std::string name = parameterName(value, "weight");
  auto codeType = QuantizedType::get(builder.getContext(),
                                     quantized->isSigned(), bits, /*axis=*/0u);
  Value codes =
      makeParameter(builder, loc, name + ".codes", quantized->codes, codeType);
  Value scales = makeParameter(builder, loc, name + ".scale", quantized->scales,
                               builder.getF32Type());
  Value zeroPoints = makeParameter(builder, loc, name + ".zero_point",
                                   quantized->zeroPoints, builder.getI32Type());
  return builder.create<DequantizeOp>(loc, type, codes, scales, zeroPoints)
      .getResult();
}

/// A weight that a pass before this one has quantized.
bool isQuantizedParameter(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  return dequantize && isParameter(dequantize.getInput());
}

/// The entry where each head has its own, null for others.
ArrayAttr headsOf(Attribute entry) {
  auto heads = dyn_cast_or_null<ArrayAttr>(entry);
  return heads && !heads.empty() &&
                 llvm::all_of(heads, llvm::IsaPred<UniformAttr>)
             ? heads
             : ArrayAttr();
}

/// The entry of `mixq.activations` for an operand of `bits` bits.
FailureOr<Value> quantizeByEntry(OpBuilder &builder, Operation *unit,
                                 unsigned operand, unsigned bits,
                                 Attribute entry) {
  auto checkBits = [&](unsigned found) -> LogicalResult {
    if (found == bits)
      return success();
    return unit->emitOpError("expects the quantizer of operand ")
           << operand << " to have the " << bits << " bits of `" << kBitsAttr
           << "`, got " << entry;
  };
  Value value = unit->getOperand(operand);
  if (auto uniform = dyn_cast_or_null<UniformAttr>(entry)) {
    if (failed(checkBits(uniform.getType().getBits())))
      return failure();
    return quantizeActivation(builder, unit->getLoc(), value, uniform);
  }
  if (ArrayAttr heads = headsOf(entry)) {
    if (failed(checkBits(cast<UniformAttr>(heads[0]).getType().getBits())))
      return failure();
    return quantizeHeads(builder, unit, value, heads);
  }
  if (auto codebook = dyn_cast_or_null<CodebookAttr>(entry)) {
    if (failed(checkBits(codebook.getType().getBits())))
      return failure();
    return encodeActivation(builder, unit->getLoc(), value, codebook);
  }
  return unit->emitOpError("expects `mixq.activations` to calibrate operand ")
         << operand << " of unit " << unit->getAttr("unit");
}

/// The entry again, for exp(x - max) in [0, 1].
Attribute relativeToMaximum(Attribute entry) {
  if (auto uniform = dyn_cast<UniformAttr>(entry))
    return UniformAttr::get(uniform.getType(),
                            1.0 / uniform.getType().getMaxCode(), 0);
  auto codebook = cast<CodebookAttr>(entry);
  ArrayRef<int32_t> table = codebook.getTable().asArrayRef();
  return CodebookAttr::get(codebook.getType(), 1.0 / std::max(table.back(), 1),
                           0.0, table);
}

struct QuantizePass : impl::QuantizeBase<QuantizePass> {
  using QuantizeBase::QuantizeBase;

  /// Whether `softmax-scale` leaves the operand to its softmax.
  bool isCodedInside(Value operand, Attribute entry) {
    auto softmax = operand.getDefiningOp<SoftmaxOp>();
    return softmaxScale == SoftmaxScale::Row && softmax &&
           softmax->hasOneUse() &&
           isa_and_nonnull<UniformAttr, CodebookAttr>(entry);
  }

  /// One unit: its weight and its activations.
  LogicalResult quantizeUnit(CostOpInterface unit) {
    Operation *op = unit;
    OpBuilder builder(op);
    FailureOr<SmallVector<unsigned>> bits = bitsOf(unit);
    if (failed(bits))
      return failure();
    auto activations = op->getAttrOfType<ArrayAttr>("mixq.activations");
    unsigned next = 0;
    for (auto [index, width] :
         llvm::zip_equal(unit.getQuantizableOperands(), *bits)) {
      Value operand = op->getOperand(index);
      if (isQuantizedParameter(operand))
        continue;
      FailureOr<Value> quantized = failure();
      if (isParameter(operand)) {
        quantized = quantizeParameter(builder, op->getLoc(), operand, width);
      } else {
        Attribute entry = activations && next < activations.size()
                              ? activations[next++]
                              : Attribute();
        if (isCodedInside(operand, entry)) {
          operand.getDefiningOp<SoftmaxOp>().setCodesAttr(
              relativeToMaximum(entry));
          continue;
        }
        quantized = quantizeByEntry(builder, op, index, width, entry);
      }
      if (failed(quantized))
        return failure();
      op->setOperand(index, *quantized);
    }
    op->removeAttr("mixq.activations");
    return success();
  }

  void runOnOperation() override {
    SmallVector<CostOpInterface> units;
    getOperation().walk([&](CostOpInterface op) {
      if (op->getAttrOfType<StringAttr>("unit"))
        units.push_back(op);
    });
    for (CostOpInterface unit : units)
      if (failed(quantizeUnit(unit)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace mixq
