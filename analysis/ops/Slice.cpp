//===- Slice.cpp - mixq.slice ---------------------------------------------===//
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

struct SliceModel : MoveModel<SliceModel, SliceOp> {
  static llvm::SmallVector<Tensor>
  move(SliceOp op, llvm::ArrayRef<Tensor> operands, DataType precision) {
    Tensor result = makeResult(op, precision);
    size_t rowBytes = result.dim(1) * sizeOf(result.type());
    std::copy_n(operands[0].raw() + op.getBegin() * rowBytes, result.bytes(),
                result.mutableRaw());
    return {result};
  }
};

} // namespace

void mixq::ops::attachSlice(mlir::MLIRContext &context) {
  SliceOp::attachInterface<SliceModel>(context);
}
