//===- MergeHeads.cpp - mixq.merge_heads ----------------------------------===//
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

struct MergeHeadsModel : MoveModel<MergeHeadsModel, MergeHeadsOp> {
  static llvm::SmallVector<Tensor>
  move(MergeHeadsOp op, llvm::ArrayRef<Tensor> operands, DataType precision) {
    Tensor result = makeResult(op, precision);
    int64_t heads = operands[0].dim(0), tokens = operands[0].dim(1);
    size_t headBytes = operands[0].dim(2) * sizeOf(result.type());
    uint8_t *to = result.mutableRaw();
    for (int64_t token = 0; token < tokens; ++token)
      for (int64_t head = 0; head < heads; ++head)
        to =
            std::copy_n(operands[0].raw() + (head * tokens + token) * headBytes,
                        headBytes, to);
    return {result};
  }
};

struct MergeHeadsMove {
  static Flows moveBack(MergeHeadsOp op, const Backward &at) {
    Tensor back = zerosLike(at.operands[0], at.flows[0].type());
    int64_t heads = back.dim(0), tokens = back.dim(1);
    size_t headBytes = back.dim(2) * sizeOf(back.type());
    const uint8_t *from = at.flows[0].raw();
    uint8_t *to = back.mutableRaw();
    for (int64_t token = 0; token < tokens; ++token)
      for (int64_t head = 0; head < heads; ++head, from += headBytes)
        std::copy_n(from, headBytes, to + (head * tokens + token) * headBytes);
    return {back};
  }
};

} // namespace

void mixq::ops::attachMergeHeads(mlir::MLIRContext &context) {
  MergeHeadsOp::attachInterface<MergeHeadsModel,
                                MoveGradient<MergeHeadsMove, MergeHeadsOp>,
                                MoveRelevance<MergeHeadsMove, MergeHeadsOp>>(
      context);
}
