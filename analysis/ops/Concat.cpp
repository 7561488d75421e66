//===- Concat.cpp - mixq.concat -------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/OpModel.h"

#include <algorithm>

using namespace mixq;
using namespace mixq::ops;

namespace {

struct ConcatModel : MoveModel<ConcatModel, ConcatOp> {
  static llvm::SmallVector<Tensor>
  move(ConcatOp op, llvm::ArrayRef<Tensor> operands, DataType precision) {
    Tensor result = makeResult(op, precision);
    uint8_t *to = result.mutableRaw();
    for (const Tensor &operand : operands)
      to = std::copy_n(operand.raw(), operand.bytes(), to);
    return {result};
  }
};

} // namespace

void mixq::ops::attachConcat(mlir::MLIRContext &context) {
  ConcatOp::attachInterface<ConcatModel>(context);
}
