//===- Concat.cpp - mixq.concat -------------------------------------------===//
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

struct ConcatMove {
  static Flows moveBack(ConcatOp op, const Backward &at) {
    Flows flows;
    const uint8_t *from = at.flows[0].raw();
    for (const Tensor &operand : at.operands) {
      flows.push_back(zerosLike(operand, at.flows[0].type()));
      std::copy_n(from, flows.back().bytes(), flows.back().mutableRaw());
      from += flows.back().bytes();
    }
    return flows;
  }
};

} // namespace

void mixq::ops::attachConcat(mlir::MLIRContext &context) {
  ConcatOp::attachInterface<ConcatModel, MoveGradient<ConcatMove, ConcatOp>,
                            MoveRelevance<ConcatMove, ConcatOp>>(context);
}
