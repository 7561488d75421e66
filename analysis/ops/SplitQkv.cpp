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

/// Result `part` [H, T, d] of an input whose rows hold 3 parts of H heads.
Tensor takePart(SplitQkvOp op, const Tensor &input, DataType precision,
                unsigned part) {
  Tensor result = makeResult(op, precision, part);
  int64_t heads = result.dim(0), tokens = result.dim(1);
  size_t headBytes = result.dim(2) * sizeOf(result.type());
  uint8_t *to = result.mutableRaw();
  for (int64_t head = 0; head < heads; ++head)
    for (int64_t token = 0; token < tokens; ++token)
      to = std::copy_n(input.raw() +
                           ((token * 3 + part) * heads + head) * headBytes,
                       headBytes, to);
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

/// Writes `flow` [H, T, d] into its columns of `input` [T, 3 * H * d].
void putPart(const Tensor &flow, unsigned part, uint8_t *input) {
  int64_t heads = flow.dim(0), tokens = flow.dim(1);
  size_t headBytes = flow.dim(2) * sizeOf(flow.type());
  const uint8_t *from = flow.raw();
  for (int64_t head = 0; head < heads; ++head)
    for (int64_t token = 0; token < tokens; ++token, from += headBytes)
      std::copy_n(from, headBytes,
                  input + ((token * 3 + part) * heads + head) * headBytes);
}

struct SplitQkvMove {
  static Flows moveBack(SplitQkvOp op, const Backward &at) {
    Tensor back = zerosLike(at.operands[0], at.flows[0].type());
    for (unsigned part = 0; part < 3; ++part)
      putPart(at.flows[part], part, back.mutableRaw());
    return {back};
  }
};

} // namespace

void mixq::ops::attachSplitQkv(mlir::MLIRContext &context) {
  SplitQkvOp::attachInterface<SplitQkvModel,
                              MoveGradient<SplitQkvMove, SplitQkvOp>,
                              MoveRelevance<SplitQkvMove, SplitQkvOp>>(context);
}
