//===- FusedAttention.cpp - mixq.fused_attention --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/Heads.h"
#include "analysis/ops/OpModel.h"
#include "analysis/ops/RowMath.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

/// softmax(multiplier * Q K^T) V
template <typename T>
void attend(const Head<T> &head, T multiplier, Matrix<T> output) {
  Buffer<T> scores(head.query.rows, head.key.rows);
  multiplyTransposed(head.query, head.key, scores.view());
  for (T &score : scores.elements)
    score *= multiplier;
  softmaxRows(scores.view());
  multiply(std::as_const(scores).view(), head.value, output);
}

struct FusedAttentionModel : FloatModel<FusedAttentionModel, FusedAttentionOp> {
  template <typename T>
  static Tensor compute(FusedAttentionOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    Matrix<T> output = mutableViewOf<T>(result);
    int64_t heads = op.getHeads();
    int64_t size = output.columns / heads;
    T multiplier = op.getMultiplier().convertToFloat();
    for (int64_t head = 0; head < heads; ++head)
      attend(headOf<T>(operands[0], heads, head), multiplier,
             columnsOf(output, head * size, size));
    return result;
  }
};

struct FusedAttentionCost
    : CostOpInterface::ExternalModel<FusedAttentionCost, FusedAttentionOp> {
  int64_t getParameterCount(mlir::Operation *op) const { return 0; }
  int64_t getMacs(mlir::Operation *op) const {
    auto result = llvm::cast<FusedAttentionOp>(op).getResult();
    return attentionMacs(extentOf(result, 0), extentOf(result, 1));
  }
  /// None: query, key and value are parts of one operand here. They get their
  /// widths in the graph, before they are fused.
  llvm::SmallVector<unsigned>
  getQuantizableOperands(mlir::Operation *op) const {
    return {};
  }
};

} // namespace

void mixq::ops::attachFusedAttention(mlir::MLIRContext &context) {
  FusedAttentionOp::attachInterface<FusedAttentionModel, FusedAttentionCost>(
      context);
}
