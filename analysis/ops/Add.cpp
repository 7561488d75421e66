//===- Add.cpp - mixq.add -------------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/OpModel.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct AddModel : FloatModel<AddModel, AddOp> {
  template <typename T>
  static Tensor compute(AddOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    const T *lhs = operands[0].data<T>();
    const T *rhs = operands[1].data<T>();
    T *sum = result.mutableData<T>();
    for (int64_t i = 0, n = result.size(); i < n; ++i)
      sum[i] = lhs[i] + rhs[i];
    return result;
  }
};

} // namespace

void mixq::ops::attachAdd(mlir::MLIRContext &context) {
  AddOp::attachInterface<AddModel>(context);
}
