//===- Quantize.cpp - mixq.quantize ---------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
#include "analysis/ops/BackwardModel.h"
#include "analysis/ops/Channels.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

template <typename T, typename Code>
void quantize(mlir::RankedTensorType type, llvm::ArrayRef<Tensor> operands,
              Code *codes) {
  auto code = llvm::cast<QuantizedType>(type.getElementType());
  T low = code.getMinCode(), high = code.getMaxCode();
  const T *input = operands[0].data<T>();
  const T *scale = operands[1].data<T>();
  const auto *zeroPoint = operands[2].data<int32_t>();
  forEachChannel(type, [=](int64_t pair, int64_t begin, int64_t end) {
    T reciprocal = T(1) / scale[pair];
    T zero = static_cast<T>(zeroPoint[pair]);
    for (int64_t i = begin; i < end; ++i)
      codes[i] = static_cast<Code>(static_cast<int32_t>(numerics::clampCode(
          numerics::roundEven(input[i] * reciprocal) + zero, low, high)));
  });
}

struct QuantizeModel : FloatModel<QuantizeModel, QuantizeOp> {
  template <typename T>
  static Tensor compute(QuantizeOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    mlir::RankedTensorType type = op.getResult().getType();
    if (result.type() == DataType::S8)
      quantize<T>(type, operands, result.mutableData<int8_t>());
    else
      quantize<T>(type, operands, result.mutableData<uint8_t>());
    return result;
  }
};

/// Straight through the rounding (Bengio et al. 2013), nothing through the
/// clamp: where the code is in range, dx = g / scale and dscale = -x g /
/// scale^2. Behind a dequantize the gradient of the scale is then that of LSQ
/// (Esser et al. 2020).
struct QuantizeGradient : GradientModel<QuantizeGradient, QuantizeOp> {
  template <typename T>
  static Flows pullBack(QuantizeOp op, const Backward &at) {
    mlir::RankedTensorType type = op.getResult().getType();
    auto code = llvm::cast<QuantizedType>(type.getElementType());
    T low = code.getMinCode(), high = code.getMaxCode();
    Tensor toInput = zerosLike(at.operands[0], DataTypeOf<T>::value);
    Tensor toScale = zerosLike(at.operands[1], DataTypeOf<T>::value);
    T *inputs = toInput.mutableData<T>(), *scales = toScale.mutableData<T>();
    const T *x = at.operand<T>(0), *scale = at.operand<T>(1);
    const T *gradient = at.flow<T>();
    const auto *zeroPoint = at.operand<int32_t>(2);
    forEachChannel(type, [=](int64_t pair, int64_t begin, int64_t end) {
      T reciprocal = T(1) / scale[pair];
      T zero = static_cast<T>(zeroPoint[pair]);
      for (int64_t i = begin; i < end; ++i) {
        T unclamped = numerics::roundEven(x[i] * reciprocal) + zero;
        if (!(unclamped >= low && unclamped <= high))
          continue;
        inputs[i] = gradient[i] * reciprocal;
        scales[pair] -= inputs[i] * (x[i] * reciprocal);
      }
    });
    return {toInput, toScale, Tensor()};
  }
};

} // namespace

void mixq::ops::attachQuantize(mlir::MLIRContext &context) {
  QuantizeOp::attachInterface<QuantizeModel, QuantizeGradient,
                              IdentityRelevance<QuantizeOp>>(context);
}
