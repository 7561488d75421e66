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
#include "analysis/ops/WindowBias.h"
#include "dialect/RowTables.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

/// softmax(multiplier * Q K^T + bias) V
template <typename T>
void attend(const Head<T> &head, T multiplier, const Matrix<const T> *bias) {
  Buffer<T> scores(head.query.rows, head.key.rows);
  multiplyTransposed(head.query, head.key, scores.view());
  for (T &score : scores.elements)
    score *= multiplier;
  if (bias)
    for (size_t i = 0; i < scores.elements.size(); ++i)
      scores.elements[i] += bias->data[i];
  softmaxRows(scores.view());
  multiply(std::as_const(scores).view(), head.value, head.result);
}

struct FusedAttentionModel : FloatModel<FusedAttentionModel, FusedAttentionOp> {
  Results evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands) const {
    auto self = llvm::cast<FusedAttentionOp>(op);
    const Tensor *rows = optionalOperand(self.getRowsMutable(), operands);
    if (rows && mlir::failed(checkDistinctRows(op, *rows, operands[0].dim(0))))
      return mlir::failure();
    return FloatModel::evaluate(op, operands);
  }

  template <typename T>
  static Tensor compute(FusedAttentionOp op, llvm::ArrayRef<Tensor> operands) {
    llvm::ArrayRef<int64_t> grid = op.getGrid();
    Tensor result(DataTypeOf<T>::value,
                  {operands[0].dim(0), extentOf(op.getResult(), 1)});
    const Tensor *bias = optionalOperand(op.getBiasMutable(), operands);
    T multiplier = op.getMultiplier().convertToFloat();
    forEachHead<T>(operands[0], windowsOf(grid), op.getHeads(), result,
                   [&](const Head<T> &head) {
                     if (!bias)
                       return attend<T>(head, multiplier, nullptr);
                     auto added =
                         biasOf<T>(*bias, grid, head.window, head.index);
                     attend<T>(head, multiplier, &added);
                   });
    return takeRows(result, optionalOperand(op.getRowsMutable(), operands));
  }
};

} // namespace

void mixq::ops::attachFusedAttention(mlir::MLIRContext &context) {
  FusedAttentionOp::attachInterface<FusedAttentionModel,
                                    AttentionCost<FusedAttentionOp>>(context);
}
