//===- Quantizers.cpp - Matching quantize and dequantize ------------*- C++
//-*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/Quantizers.h"

#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {

static std::optional<TensorQuantizer> readQuantizer(Value codes, Value scale,
                                                    Value zeroPoint) {
  auto type = cast<QuantizedType>(getElementTypeOrSelf(codes.getType()));
  if (!scale.getDefiningOp<ParameterOp>() ||
      !zeroPoint.getDefiningOp<ParameterOp>() || type.getAxis())
    return std::nullopt;
  FailureOr<Tensor> scales = readParameter(scale);
  FailureOr<Tensor> zeroPoints = readParameter(zeroPoint);
  if (failed(scales) || failed(zeroPoints))
    return std::nullopt;
  return TensorQuantizer{type, scales->data<float>()[0],
                         zeroPoints->data<int32_t>()[0]};
}

std::optional<TensorQuantizer> quantizerOf(QuantizeOp op) {
  return readQuantizer(op.getResult(), op.getScale(), op.getZeroPoint());
}

std::optional<TensorQuantizer> quantizerOf(DequantizeOp op) {
  return readQuantizer(op.getInput(), op.getScale(), op.getZeroPoint());
}

QuantizeOp quantizeBehind(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  if (!dequantize)
    return nullptr;
  auto quantize = dequantize.getInput().getDefiningOp<QuantizeOp>();
  if (!quantize)
    return nullptr;
  std::optional<TensorQuantizer> from = quantizerOf(quantize);
  std::optional<TensorQuantizer> to = quantizerOf(dequantize);
  if (!from || !to || from->scale != to->scale ||
      from->zeroPoint != to->zeroPoint)
    return nullptr;
  return quantize;
}

FailureOr<RowQuantizedWeight> rowQuantizedWeight(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  if (!dequantize || !dequantize.getInput().getDefiningOp<ParameterOp>())
    return failure();
  auto type = cast<QuantizedType>(
      getElementTypeOrSelf(dequantize.getInput().getType()));
  if (!type.getIsSigned() || type.getBits() != 8 || type.getAxis() != 0u)
    return failure();
  FailureOr<Tensor> codes = readParameter(dequantize.getInput());
  FailureOr<Tensor> scales = readParameter(dequantize.getScale());
  FailureOr<Tensor> zeroPoints = readParameter(dequantize.getZeroPoint());
  if (failed(codes) || failed(scales) || failed(zeroPoints))
    return failure();
  const int32_t *zeros = zeroPoints->data<int32_t>();
  if (std::any_of(zeros, zeros + zeroPoints->size(),
                  [](int32_t zero) { return zero != 0; }))
    return dequantize.emitOpError("expects 8-bit weights with zero-point 0");
  int64_t rows = codes->dim(0);
  return RowQuantizedWeight{dequantize.getInput(),
                            codes->reshaped({rows, codes->size() / rows}),
                            *scales};
}

} // namespace mixq
