//===- Quantize.cpp - mixq.quantize ---------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
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

} // namespace

void mixq::ops::attachQuantize(mlir::MLIRContext &context) {
  QuantizeOp::attachInterface<QuantizeModel>(context);
}
