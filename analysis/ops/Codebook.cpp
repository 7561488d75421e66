//===- Codebook.cpp - mixq.encode and mixq.decode -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
#include "analysis/ops/OpModel.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct EncodeModel : FloatModel<EncodeModel, EncodeOp> {
  Results evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands) const {
    const auto *table = operands[3].data<int32_t>();
    for (int64_t i = 0, n = operands[3].size(); i < n; ++i)
      if (table[i] < (i ? table[i - 1] : 0) ||
          table[i] > CodebookType::kMaxEntry)
        return op->emitOpError("expects entries of the table in [0, 255], in "
                               "non-decreasing order, found ")
               << table[i];
    return FloatModel::evaluate(op, operands);
  }

  template <typename T>
  static Tensor compute(EncodeOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    const T *input = operands[0].data<T>();
    T reciprocal = T(1) / *operands[1].data<T>();
    T offset = *operands[2].data<T>();
    const auto *table = operands[3].data<int32_t>();
    auto *entries = result.mutableData<uint8_t>();
    for (int64_t i = 0, n = result.size(); i < n; ++i)
      entries[i] = static_cast<uint8_t>(numerics::nearestEntry(
          (input[i] - offset) * reciprocal, table, operands[3].size()));
    return result;
  }
};

struct DecodeModel : FloatModel<DecodeModel, DecodeOp> {
  template <typename T>
  static Tensor compute(DecodeOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    const auto *entries = operands[0].data<uint8_t>();
    T scale = *operands[1].data<T>(), offset = *operands[2].data<T>();
    T *values = result.mutableData<T>();
    for (int64_t i = 0, n = result.size(); i < n; ++i)
      values[i] = std::fma(static_cast<T>(entries[i]), scale, offset);
    return result;
  }
};

} // namespace

void mixq::ops::attachCodebook(mlir::MLIRContext &context) {
  EncodeOp::attachInterface<EncodeModel>(context);
  DecodeOp::attachInterface<DecodeModel>(context);
}
