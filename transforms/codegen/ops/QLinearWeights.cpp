//===- QLinearWeights.cpp - The weight of a qlinear -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/QLinearWeights.h"

#include "dialect/KernelChecks.h"
#include "transforms/codegen/Encoder.h"
#include "transforms/codegen/Packing.h"
#include "transforms/codegen/WordTile.h"

using namespace mlir;

namespace mixq {

/// The weight's codes from 0 on, as bytes; s8 stays as it is.
static std::vector<uint8_t> unsignedCodes(const Tensor &codes,
                                          QuantizedType type) {
  std::vector<uint8_t> bytes(codes.raw(), codes.raw() + codes.size());
  if (type.getBits() < 8 && type.getIsSigned())
    for (uint8_t &byte : bytes)
      byte = static_cast<uint8_t>(byte - type.getMinCode());
  return bytes;
}

/// The largest code that products read of an input: entries of codebooks have 8
/// bits.
static int64_t largestCode(QLinearOp op) {
  ByteFormat format = ByteFormat::of(op.getInput().getType().getElementType());
  return format.isCodebook ? 255 : (1 << format.bits) - 1;
}

FailureOr<Matrix> addLinearWeights(LoweringContext &context, QLinearOp op,
                                   const PackedWeights &weights, int64_t macs) {
  FailureOr<Tensor> tensor = context.parameterOf(op.getWeight());
  if (failed(tensor))
    return failure();
  const Target &target = context.target;
  auto type = cast<QuantizedType>(op.getWeight().getType().getElementType());
  std::vector<uint8_t> codes = unsignedCodes(*tensor, type);
  std::vector<uint8_t> bytes = packPanels(
      codes.data(), tensor->dim(0), tensor->dim(1), target.tileColumns(),
      target.dotGroup, target.paddedDepth(tensor->dim(1)));
  if (!weights.isPlain())
    bytes =
        packBits(weights.packing(target), bytes, weights.panelBytes(target));
  Matrix constant = context.addConstant(bytes);
  context.addLayer(op, "linear", tensor->size(), macs,
                   bytes.size() * 8 / weights.bits, constant);
  return constant;
}

FailureOr<Matrix> addLinearZeroPoints(LoweringContext &context, QLinearOp op,
                                      int64_t columns) {
  FailureOr<Tensor> tensor = context.parameterOf(op.getWeightZeroPoint());
  if (failed(tensor) || failed(checkWeightZeroPoints(op, &*tensor)))
    return failure();
  auto type = cast<QuantizedType>(op.getWeight().getType().getElementType());
  std::vector<uint8_t> bytes(columns);
  for (int64_t n = 0; n < tensor->size(); ++n)
    bytes[n] =
        static_cast<uint8_t>(tensor->data<int32_t>()[n] - type.getMinCode());
  return context.addConstant(bytes);
}

FailureOr<int64_t> wordGroupsOfWeight(LoweringContext &context, QLinearOp op) {
  if (wordGroupsOf(context.target, 0, 0) == 0)
    return 0; // whatever the weight, which need not be read then
  FailureOr<Tensor> codes = context.parameterOf(op.getWeight());
  if (failed(codes))
    return failure();
  const bool isSigned =
      cast<QuantizedType>(op.getWeight().getType().getElementType())
          .getIsSigned();
  FailureOr<Tensor> zeroPoints;
  if (op.getWeightZeroPoint() &&
      failed(zeroPoints = context.parameterOf(op.getWeightZeroPoint())))
    return failure();
  int64_t most = 0, depth = codes->dim(1);
  for (int64_t i = 0; i < codes->size(); ++i) {
    uint8_t byte = codes->raw()[i];
    int64_t code = isSigned ? static_cast<int8_t>(byte) : byte;
    if (succeeded(zeroPoints))
      code -= zeroPoints->data<int32_t>()[i / depth];
    most = std::max(most, std::abs(code));
  }
  return wordGroupsOf(context.target, largestCode(op), most);
}

} // namespace mixq
