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

/// Calls `body(from, to, bytes)` for each run of bytes of the result, one after
/// the other: at `to` there, and at `from` in the input [W * H, N, d].
template <typename Body>
void forEachRun(MergeHeadsOp op, const Tensor &input, DataType type,
                Body body) {
  int64_t windows = op.getWindows(), heads = input.dim(0) / windows;
  int64_t tokens = input.dim(1), to = 0;
  int64_t headBytes = input.dim(2) * sizeOf(type);
  for (int64_t window = 0; window < windows; ++window)
    for (int64_t token = 0; token < tokens; ++token)
      for (int64_t head = 0; head < heads; ++head, to += headBytes) {
        int64_t row = (window * heads + head) * tokens + token;
        body(row * headBytes, to, headBytes);
      }
}

struct MergeHeadsModel : MoveModel<MergeHeadsModel, MergeHeadsOp> {
  static llvm::SmallVector<Tensor>
  move(MergeHeadsOp op, llvm::ArrayRef<Tensor> operands, DataType precision) {
    Tensor result = makeResult(op, precision);
    uint8_t *target = result.mutableRaw();
    forEachRun(op, operands[0], result.type(),
               [&](int64_t from, int64_t to, int64_t bytes) {
                 std::copy_n(operands[0].raw() + from, bytes, target + to);
               });
    return {result};
  }
};

struct MergeHeadsMove {
  static Flows moveBack(MergeHeadsOp op, const Backward &at) {
    Tensor back = zerosLike(at.operands[0], at.flows[0].type());
    uint8_t *target = back.mutableRaw();
    forEachRun(op, back, back.type(),
               [&](int64_t from, int64_t to, int64_t bytes) {
                 std::copy_n(at.flows[0].raw() + to, bytes, target + from);
               });
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
