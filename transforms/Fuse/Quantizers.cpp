//===- Quantizers.cpp - Matching quantize and dequantize ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/Quantizers.h"

#include "dialect/KernelChecks.h"
#include "transforms/Parameters.h"

#include <cstring>

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

static bool areEqualParameters(Value a, Value b) {
  if (a == b)
    return true;
  if (!a.getDefiningOp<ParameterOp>() || !b.getDefiningOp<ParameterOp>())
    return false;
  FailureOr<Tensor> left = readParameter(a), right = readParameter(b);
  return succeeded(left) && succeeded(right) &&
         left->bytes() == right->bytes() &&
         std::memcmp(left->raw(), right->raw(), left->bytes()) == 0;
}

QuantizeOp quantizeBehind(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  auto quantize = dequantize ? dequantize.getInput().getDefiningOp<QuantizeOp>()
                             : QuantizeOp();
  if (!quantize ||
      !areEqualParameters(quantize.getScale(), dequantize.getScale()) ||
      !areEqualParameters(quantize.getZeroPoint(), dequantize.getZeroPoint()))
    return nullptr;
  return quantize;
}

static std::optional<double> readScalar(Value value) {
  if (!value.getDefiningOp<ParameterOp>())
    return std::nullopt;
  FailureOr<Tensor> tensor = readParameter(value);
  if (failed(tensor))
    return std::nullopt;
  return tensor->data<float>()[0];
}

EncodeOp encodeBehind(Value value) {
  auto decode = value.getDefiningOp<DecodeOp>();
  auto encode =
      decode ? decode.getInput().getDefiningOp<EncodeOp>() : EncodeOp();
  if (!encode || !readScalar(encode.getScale()) ||
      readScalar(encode.getScale()) != readScalar(decode.getScale()) ||
      !readScalar(encode.getOffset()) ||
      readScalar(encode.getOffset()) != readScalar(decode.getOffset()))
    return nullptr;
  return encode;
}

std::optional<ActivationBytes> activationBytes(Value value) {
  if (auto dequantize = value.getDefiningOp<DequantizeOp>()) {
    std::optional<TensorQuantizer> quantizer = quantizerOf(dequantize);
    if (!quantizer || !quantizer->isUnsigned())
      return std::nullopt;
    return ActivationBytes{dequantize.getInput(), quantizer->scale,
                           quantizer->zeroPoint, 0, quantizer->highestByte()};
  }
  auto decode = value.getDefiningOp<DecodeOp>();
  if (!decode)
    return std::nullopt;
  std::optional<double> scale = readScalar(decode.getScale());
  std::optional<double> offset = readScalar(decode.getOffset());
  if (!scale || !offset)
    return std::nullopt;
  return ActivationBytes{decode.getInput(), *scale, 0, *offset,
                         CodebookType::kMaxEntry};
}

std::optional<ResultQuantizer> resultQuantizerOf(QuantizeOp op) {
  std::optional<TensorQuantizer> quantizer = quantizerOf(op);
  if (!quantizer || !quantizer->isUnsigned())
    return std::nullopt;
  return ResultQuantizer{op.getType(), quantizer->scale,
                         double(quantizer->zeroPoint), Value()};
}

std::optional<ResultQuantizer> resultQuantizerOf(EncodeOp op) {
  std::optional<double> scale = readScalar(op.getScale());
  std::optional<double> offset = readScalar(op.getOffset());
  if (!scale || !offset || !op.getTable().getDefiningOp<ParameterOp>())
    return std::nullopt;
  return ResultQuantizer{op.getType(), *scale, -*offset / *scale,
                         op.getTable()};
}

bool TensorQuantizer::fitsSignedByte() const {
  return mixq::fitsSignedByte(type, zeroPoint);
}

/// code - zero_point of every row; the caller has checked that they fit.
template <typename Code>
static Tensor differencesOf(const Tensor &codes, const Tensor &zeroPoints) {
  int64_t rows = codes.dim(0), columns = codes.size() / rows;
  Tensor result(DataType::S8, {rows, columns});
  auto *to = result.mutableData<int8_t>();
  for (int64_t i = 0; i < codes.size(); ++i)
    to[i] = static_cast<int8_t>(codes.data<Code>()[i] -
                                zeroPoints.data<int32_t>()[i / columns]);
  return result;
}

static LogicalResult checkZeroPoints(DequantizeOp op, QuantizedType type,
                                     const Tensor &zeroPoints) {
  for (int64_t n = 0; n < zeroPoints.size(); ++n) {
    int32_t zero = zeroPoints.data<int32_t>()[n];
    if (type.getBits() == 8 && zero != 0)
      return op.emitOpError("expects 8-bit weights with zero-point 0, got ")
             << zero << " for channel " << n;
    if (!fitsSignedByte(type, zero))
      return op.emitOpError("expects weights whose codes minus their "
                            "zero-point are in [-128, 127], got the "
                            "zero-point ")
             << zero << " for channel " << n << " of " << type;
  }
  return success();
}

FailureOr<RowQuantizedWeight> rowQuantizedWeight(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  if (!dequantize || !dequantize.getInput().getDefiningOp<ParameterOp>())
    return failure();
  auto type = cast<QuantizedType>(
      getElementTypeOrSelf(dequantize.getInput().getType()));
  if ((!type.getIsSigned() && type.getBits() == 8) || type.getAxis() != 0u)
    return failure();
  FailureOr<Tensor> codes = readParameter(dequantize.getInput());
  FailureOr<Tensor> scales = readParameter(dequantize.getScale());
  FailureOr<Tensor> zeroPoints = readParameter(dequantize.getZeroPoint());
  if (failed(codes) || failed(scales) || failed(zeroPoints) ||
      failed(checkZeroPoints(dequantize, type, *zeroPoints)))
    return failure();
  return RowQuantizedWeight{
      dequantize.getInput(),
      type.getBits() < 8 ? dequantize.getZeroPoint() : Value(),
      type.getIsSigned() ? differencesOf<int8_t>(*codes, *zeroPoints)
                         : differencesOf<uint8_t>(*codes, *zeroPoints),
      *scales};
}

} // namespace mixq
