//===- Softmax.cpp - mixq.softmax -----------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/OpModel.h"
#include "analysis/ops/RowMath.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct SoftmaxModel : FloatModel<SoftmaxModel, SoftmaxOp> {
  template <typename T>
  static Tensor compute(SoftmaxOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = operands[0];
    softmaxRows(mutableViewOf<T>(result));
    return result;
  }
};

} // namespace

void mixq::ops::attachSoftmax(mlir::MLIRContext &context) {
  SoftmaxOp::attachInterface<SoftmaxModel>(context);
}
