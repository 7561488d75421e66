//===- Gelu.cpp - mixq.gelu -----------------------------------------------===//
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

struct GeluModel : FloatModel<GeluModel, GeluOp> {
  template <typename T>
  static Tensor compute(GeluOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    const T *input = operands[0].data<T>();
    T *output = result.mutableData<T>();
    for (int64_t i = 0, n = result.size(); i < n; ++i)
      output[i] = numerics::applyGelu(input[i]);
    return result;
  }
};

} // namespace

void mixq::ops::attachGelu(mlir::MLIRContext &context) {
  GeluOp::attachInterface<GeluModel>(context);
}
