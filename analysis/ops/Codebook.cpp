//===- Codebook.cpp - mixq.encode and mixq.decode -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
#include "analysis/ops/BackwardModel.h"
#include "analysis/ops/OpModel.h"
#include "dialect/KernelChecks.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct EncodeModel : FloatModel<EncodeModel, EncodeOp> {
  Results evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands) const {
    if (mlir::failed(checkTable(op, &operands[3])))
      return mlir::failure();
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

/// Straight through to the nearest entry, nothing beyond the first and the last
/// one. With u = (x - offset) / scale between them:
///   dx = g / scale, dscale = -u g / scale, doffset = -g / scale
struct EncodeGradient : GradientModel<EncodeGradient, EncodeOp> {
  template <typename T> static Flows pullBack(EncodeOp op, const Backward &at) {
    Flows flows(4);
    for (unsigned i = 0; i < 3; ++i)
      flows[i] = zerosLike(at.operands[i], DataTypeOf<T>::value);
    T *toInput = flows[0].mutableData<T>();
    T *toScale = flows[1].mutableData<T>();
    T *toOffset = flows[2].mutableData<T>();
    T reciprocal = T(1) / *at.operand<T>(1), offset = *at.operand<T>(2);
    const auto *table = at.operand<int32_t>(3);
    T low = static_cast<T>(table[0]);
    T high = static_cast<T>(table[at.operands[3].size() - 1]);
    for (int64_t i = 0, n = at.operands[0].size(); i < n; ++i) {
      T u = (at.operand<T>(0)[i] - offset) * reciprocal;
      if (!(u >= low && u <= high))
        continue;
      toInput[i] = at.flow<T>()[i] * reciprocal;
      *toScale -= toInput[i] * u;
      *toOffset -= toInput[i];
    }
    return flows;
  }
};

/// As if entries were reals.
struct DecodeGradient : GradientModel<DecodeGradient, DecodeOp> {
  template <typename T> static Flows pullBack(DecodeOp op, const Backward &at) {
    Flows flows;
    for (const Tensor &operand : at.operands)
      flows.push_back(zerosLike(operand, DataTypeOf<T>::value));
    T *toEntries = flows[0].mutableData<T>();
    T *toScale = flows[1].mutableData<T>();
    T *toOffset = flows[2].mutableData<T>();
    for (int64_t i = 0, n = at.operands[0].size(); i < n; ++i) {
      T g = at.flow<T>()[i];
      toEntries[i] = g * *at.operand<T>(1);
      *toScale += g * static_cast<T>(at.operand<uint8_t>(0)[i]);
      *toOffset += g;
    }
    return flows;
  }
};

} // namespace

void mixq::ops::attachCodebook(mlir::MLIRContext &context) {
  EncodeOp::attachInterface<EncodeModel, EncodeGradient,
                            IdentityRelevance<EncodeOp>>(context);
  DecodeOp::attachInterface<DecodeModel, DecodeGradient,
                            IdentityRelevance<DecodeOp>>(context);
}
