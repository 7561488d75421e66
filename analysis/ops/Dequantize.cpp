//===- Dequantize.cpp - mixq.dequantize -----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/BackwardModel.h"
#include "analysis/ops/Channels.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

template <typename T, typename Code>
void dequantize(mlir::RankedTensorType type, const Code *codes,
                llvm::ArrayRef<Tensor> operands, T *result) {
  const T *scale = operands[1].data<T>();
  const auto *zeroPoint = operands[2].data<int32_t>();
  forEachChannel(type, [=](int64_t pair, int64_t begin, int64_t end) {
    // Zero-points may be any int32, so the difference needs 64 bits.
    for (int64_t i = begin; i < end; ++i)
      result[i] =
          static_cast<T>(static_cast<int64_t>(codes[i]) - zeroPoint[pair]) *
          scale[pair];
  });
}

struct DequantizeModel : FloatModel<DequantizeModel, DequantizeOp> {
  template <typename T>
  static Tensor compute(DequantizeOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    mlir::RankedTensorType type = op.getInput().getType();
    T *to = result.mutableData<T>();
    if (operands[0].type() == DataType::S8)
      dequantize(type, operands[0].data<int8_t>(), operands, to);
    else
      dequantize(type, operands[0].data<uint8_t>(), operands, to);
    return result;
  }
};

/// As if codes were reals: dcode = scale g, dscale = sum (code - zero_point) g.
struct DequantizeGradient : GradientModel<DequantizeGradient, DequantizeOp> {
  template <typename T>
  static Flows pullBack(DequantizeOp op, const Backward &at) {
    Tensor toCodes = zerosLike(at.operands[0], DataTypeOf<T>::value);
    Tensor toScale = zerosLike(at.operands[1], DataTypeOf<T>::value);
    T *codes = toCodes.mutableData<T>(), *scales = toScale.mutableData<T>();
    const T *gradient = at.flow<T>(), *scale = at.operand<T>(1);
    const T *value = at.results[0].data<T>();
    forEachChannel(op.getInput().getType(),
                   [=](int64_t pair, int64_t begin, int64_t end) {
                     for (int64_t i = begin; i < end; ++i) {
                       codes[i] = gradient[i] * scale[pair];
                       scales[pair] += gradient[i] * (value[i] / scale[pair]);
                     }
                   });
    return {toCodes, toScale, Tensor()};
  }
};

} // namespace

void mixq::ops::attachDequantize(mlir::MLIRContext &context) {
  DequantizeOp::attachInterface<DequantizeModel, DequantizeGradient,
                                IdentityRelevance<DequantizeOp>>(context);
}
