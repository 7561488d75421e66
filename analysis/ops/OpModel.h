//===- OpModel.h - What the files of ops share ------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each op has one file here, which implements the op's interfaces as external
// models and attaches them by a function declared below.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_OPMODEL_H
#define MIXQ_ANALYSIS_OPS_OPMODEL_H

#include "analysis/TensorTypes.h"

#include "mlir/IR/MLIRContext.h"

namespace mixq::ops {

using Results = mlir::FailureOr<llvm::SmallVector<Tensor>>;

/// A zero-filled tensor for a result of `op`.
inline Tensor makeResult(mlir::Operation *op, DataType precision,
                         unsigned index = 0) {
  return makeTensor(op->getResult(index).getType(), precision);
}

/// F32 or F64, as all float operands are; emits an error where they are mixed.
mlir::FailureOr<DataType> precisionOf(mlir::Operation *op,
                                      llvm::ArrayRef<Tensor> operands);

/// Of an op of one result that is defined on fp32 and fp64. A Model has
///   template <typename T> static Tensor compute(Op, ArrayRef<Tensor>);
template <typename Model, typename Op>
struct FloatModel : EvaluateOpInterface::ExternalModel<Model, Op> {
  Results evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands) const {
    mlir::FailureOr<DataType> precision = precisionOf(op, operands);
    if (mlir::failed(precision))
      return mlir::failure();
    auto self = llvm::cast<Op>(op);
    return llvm::SmallVector<Tensor>{
        *precision == DataType::F32
            ? Model::template compute<float>(self, operands)
            : Model::template compute<double>(self, operands)};
  }
};

/// Of an op of one result that is exact, hence defined on fp32 only. A Model
/// has
///   static Tensor compute(Op, ArrayRef<Tensor>);
template <typename Model, typename Op>
struct ExactModel : EvaluateOpInterface::ExternalModel<Model, Op> {
  Results evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands) const {
    mlir::FailureOr<DataType> precision = precisionOf(op, operands);
    if (mlir::failed(precision))
      return mlir::failure();
    if (*precision != DataType::F32)
      return op->emitOpError("is defined on f32 only, found operands of f64");
    return llvm::SmallVector<Tensor>{
        Model::compute(llvm::cast<Op>(op), operands)};
  }
};

/// Of an op that moves whole elements. A Model has
///   static SmallVector<Tensor> move(Op, ArrayRef<Tensor>, DataType);
template <typename Model, typename Op>
struct MoveModel : EvaluateOpInterface::ExternalModel<Model, Op> {
  Results evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands) const {
    mlir::FailureOr<DataType> precision = precisionOf(op, operands);
    if (mlir::failed(precision))
      return mlir::failure();
    return Model::move(llvm::cast<Op>(op), operands, *precision);
  }
};

/// Of an op whose row operands are these.
template <typename Op, unsigned... Operands>
struct RowWise
    : RowWiseOpInterface::ExternalModel<RowWise<Op, Operands...>, Op> {
  llvm::SmallVector<unsigned> getRowOperands(mlir::Operation *op) const {
    return {Operands...};
  }
};

/// Of a linear with an optional residual.
template <typename Op>
struct LinearRows : RowWiseOpInterface::ExternalModel<LinearRows<Op>, Op> {
  llvm::SmallVector<unsigned> getRowOperands(mlir::Operation *op) const {
    auto linear = llvm::cast<Op>(op);
    llvm::SmallVector<unsigned> operands = {
        linear.getInputMutable().getOperandNumber()};
    for (mlir::OpOperand &residual : linear.getResidualMutable())
      operands.push_back(residual.getOperandNumber());
    return operands;
  }
};

void attachAdd(mlir::MLIRContext &context);
void attachChannelAffine(mlir::MLIRContext &context);
void attachCodebook(mlir::MLIRContext &context);
void attachConcat(mlir::MLIRContext &context);
void attachDequantize(mlir::MLIRContext &context);
void attachExtractPatches(mlir::MLIRContext &context);
void attachFusedAttention(mlir::MLIRContext &context);
void attachFusedLayerNorm(mlir::MLIRContext &context);
void attachFusedLinear(mlir::MLIRContext &context);
void attachGelu(mlir::MLIRContext &context);
void attachLayerNorm(mlir::MLIRContext &context);
void attachLayerNormQuantize(mlir::MLIRContext &context);
void attachLinear(mlir::MLIRContext &context);
void attachMatmul(mlir::MLIRContext &context);
void attachMergeHeads(mlir::MLIRContext &context);
void attachParameter(mlir::MLIRContext &context);
void attachPatchEmbed(mlir::MLIRContext &context);
void attachPool(mlir::MLIRContext &context);
void attachQAttention(mlir::MLIRContext &context);
void attachQLinear(mlir::MLIRContext &context);
void attachQkNorm(mlir::MLIRContext &context);
void attachQuantize(mlir::MLIRContext &context);
void attachQuantizePatches(mlir::MLIRContext &context);
void attachRowMaps(mlir::MLIRContext &context);
void attachSlice(mlir::MLIRContext &context);
void attachSoftmax(mlir::MLIRContext &context);
void attachSplitQkv(mlir::MLIRContext &context);
void attachWindowBias(mlir::MLIRContext &context);

} // namespace mixq::ops

#endif // MIXQ_ANALYSIS_OPS_OPMODEL_H
