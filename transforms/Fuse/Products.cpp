//===- Products.cpp - qlinear ops of the fuse pass ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/Products.h"

#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {

/// sum_k weight[n, k] for each output channel n. Proves that no accumulator
/// leaves int32: |acc| <= (highest + |zero_point|) * sum_k |weight[n, k]| <
/// 2^31.
static FailureOr<std::vector<int64_t>>
columnSums(Operation *op, const Tensor &weight,
           const ActivationBytes &activation) {
  std::vector<int64_t> result;
  int64_t reach = activation.highest + std::abs(int64_t(activation.zeroPoint));
  for (int64_t n = 0; n < weight.dim(0); ++n) {
    const int8_t *row = weight.data<int8_t>() + n * weight.dim(1);
    int64_t sum = 0, magnitude = 0;
    for (int64_t k = 0; k < weight.dim(1); ++k) {
      sum += row[k];
      magnitude += std::abs(int(row[k]));
    }
    if (reach * magnitude > INT32_MAX)
      return op->emitOpError("expects accumulators below 2^31, but channel ")
             << n << " with zero-point " << activation.zeroPoint
             << " may exceed it";
    result.push_back(sum);
  }
  return result;
}

/// The offset of a codebook adds offset * scale[n] * sum_k weight[n, k].
static FailureOr<Value> addOffset(PatternRewriter &rewriter, Value bias,
                                  const std::string &name,
                                  const ActivationBytes &activation,
                                  const Tensor &scales,
                                  const std::vector<int64_t> &sums) {
  if (activation.offset == 0)
    return bias;
  FailureOr<Tensor> values = readParameter(bias);
  if (failed(values))
    return failure();
  std::vector<float> result;
  for (size_t n = 0; n < sums.size(); ++n)
    result.push_back(static_cast<float>(
        values->data<float>()[n] +
        activation.offset * scales.data<float>()[n] * double(sums[n])));
  return makeParameter(rewriter, bias.getLoc(), name + ".offset", result);
}

FailureOr<QLinearOp> buildProduct(PatternRewriter &rewriter, Operation *op,
                                  const ActivationBytes &activation,
                                  const RowQuantizedWeight &weight,
                                  Value weightCodes, Value bias,
                                  StringAttr unit) {
  FailureOr<std::vector<int64_t>> sums =
      columnSums(op, weight.differences, activation);
  if (failed(sums))
    return failure();
  std::vector<int32_t> correction;
  std::vector<float> multiplier;
  for (int64_t n = 0; n < weight.scales.size(); ++n) {
    correction.push_back(
        static_cast<int32_t>(-int64_t(activation.zeroPoint) * (*sums)[n]));
    multiplier.push_back(
        static_cast<float>(activation.scale * weight.scales.data<float>()[n]));
  }
  std::string name = unit ? unit.str() : "linear";
  FailureOr<Value> offset =
      addOffset(rewriter, bias, name, activation, weight.scales, *sums);
  if (failed(offset))
    return failure();
  Location loc = op->getLoc();
  Value correctionValue =
      makeParameter(rewriter, loc, name + ".correction", correction);
  Value multiplierValue =
      makeParameter(rewriter, loc, name + ".multiplier", multiplier);
  return rewriter.create<QLinearOp>(
      loc, op->getResult(0).getType(), activation.bytes, weightCodes,
      weight.zeroPoint, correctionValue, multiplierValue, *offset, Value(),
      Value(), Value(), Value(), Value(), Epilogue::Store, unit);
}

QLinearOp withEpilogue(PatternRewriter &rewriter, QLinearOp product,
                       Location loc, Type type, Value multiplier, Value offset,
                       const ProductEpilogue &epilogue) {
  return rewriter.create<QLinearOp>(
      loc, type, product.getInput(), product.getWeight(),
      product.getWeightZeroPoint(), product.getCorrection(), multiplier, offset,
      epilogue.residual, epilogue.resultMultiplier, epilogue.resultOffset,
      epilogue.limit, epilogue.table, epilogue.kind, product.getUnitAttr(),
      epilogue.tanh);
}

} // namespace mixq
