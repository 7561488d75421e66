//===- SplitQkv.cpp - mixq.split_qkv --------------------------------------===//
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

/// Calls `body(from, to, bytes)` for each run of bytes that result `part`
/// [W * H, N, d] takes from the input, whose rows hold 3 parts of H heads: at
/// `to` in the result, one after the other, and at `from` in the input.
template <typename Body>
void forEachRun(SplitQkvOp op, const Tensor &result, unsigned part, Body body) {
  int64_t windows = op.getWindows(), heads = result.dim(0) / windows;
  int64_t tokens = result.dim(1), to = 0;
  int64_t headBytes = result.dim(2) * sizeOf(result.type());
  for (int64_t window = 0; window < windows; ++window)
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t token = 0; token < tokens; ++token, to += headBytes) {
        int64_t row = window * tokens + token;
        body(((row * 3 + part) * heads + head) * headBytes, to, headBytes);
      }
}

Tensor takePart(SplitQkvOp op, const Tensor &input, DataType precision,
                unsigned part) {
  Tensor result = makeResult(op, precision, part);
  uint8_t *target = result.mutableRaw();
  forEachRun(op, result, part, [&](int64_t from, int64_t to, int64_t bytes) {
    std::copy_n(input.raw() + from, bytes, target + to);
  });
  return result;
}

struct SplitQkvModel : MoveModel<SplitQkvModel, SplitQkvOp> {
  static llvm::SmallVector<Tensor>
  move(SplitQkvOp op, llvm::ArrayRef<Tensor> operands, DataType precision) {
    llvm::SmallVector<Tensor> results;
    for (unsigned part = 0; part < 3; ++part)
      results.push_back(takePart(op, operands[0], precision, part));
    return results;
  }
};

/// Puts a part back where it came from.
void putPart(SplitQkvOp op, const Tensor &flow, unsigned part, uint8_t *input) {
  forEachRun(op, flow, part, [&](int64_t from, int64_t to, int64_t bytes) {
    std::copy_n(flow.raw() + to, bytes, input + from);
  });
}

struct SplitQkvMove {
  static Flows moveBack(SplitQkvOp op, const Backward &at) {
    Tensor back = zerosLike(at.operands[0], at.flows[0].type());
    for (unsigned part = 0; part < 3; ++part)
      putPart(op, at.flows[part], part, back.mutableRaw());
    return {back};
  }
};

} // namespace

void mixq::ops::attachSplitQkv(mlir::MLIRContext &context) {
  SplitQkvOp::attachInterface<SplitQkvModel,
                              MoveGradient<SplitQkvMove, SplitQkvOp>,
                              MoveRelevance<SplitQkvMove, SplitQkvOp>>(context);
}
