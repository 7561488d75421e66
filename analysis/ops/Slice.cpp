//===- Slice.cpp - mixq.slice ---------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/BackwardModel.h"

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

/// Rows that were cut away get nothing.
struct SliceMove {
  static Flows moveBack(SliceOp op, const Backward &at) {
    const Tensor &flow = at.flows[0];
    Tensor back = zerosLike(at.operands[0], flow.type());
    size_t rowBytes = flow.dim(1) * sizeOf(flow.type());
    std::copy_n(flow.raw(), flow.bytes(),
                back.mutableRaw() + op.getBegin() * rowBytes);
    return {back};
  }
};

} // namespace

void mixq::ops::attachSlice(mlir::MLIRContext &context) {
  SliceOp::attachInterface<SliceModel, MoveGradient<SliceMove, SliceOp>,
                           MoveRelevance<SliceMove, SliceOp>>(context);
}
