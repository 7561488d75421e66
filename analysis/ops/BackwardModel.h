//===- BackwardModel.h - What gradients and relevance share -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bases of the models that carry something from an op's results back to its
// operands: gradients in fp32 or fp64, relevance in fp64.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_BACKWARDMODEL_H
#define MIXQ_ANALYSIS_OPS_BACKWARDMODEL_H

#include "analysis/ops/OpModel.h"
#include "analysis/ops/Shares.h"

namespace mixq::ops {

/// What one step back sees.
struct Backward {
  llvm::ArrayRef<Tensor> operands;
  llvm::ArrayRef<Tensor> results;
  llvm::ArrayRef<Tensor> flows; ///< gradients or relevances of the results
  llvm::ArrayRef<bool> wanted;  ///< by operand

  template <typename T> const T *operand(unsigned index) const {
    return operands[index].data<T>();
  }
  template <typename T> const T *flow() const { return flows[0].data<T>(); }
};

/// What flows to the operands; empty tensors where nothing does.
using Flows = llvm::SmallVector<Tensor>;

/// Zeros in the shape of `tensor`.
inline Tensor zerosLike(const Tensor &tensor, DataType type) {
  return Tensor(type, tensor.shape());
}

/// A Model has
///   template <typename T> static Flows pullBack(Op, const Backward &);
template <typename Model, typename Op>
struct GradientModel : GradientOpInterface::ExternalModel<Model, Op> {
  Results backpropagate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands,
                        llvm::ArrayRef<Tensor> results,
                        llvm::ArrayRef<Tensor> gradients,
                        llvm::ArrayRef<bool> wanted) const {
    mlir::FailureOr<DataType> precision = precisionOf(op, operands);
    if (mlir::failed(precision))
      return mlir::failure();
    auto self = llvm::cast<Op>(op);
    Backward at{operands, results, gradients, wanted};
    return *precision == DataType::F32
               ? Model::template pullBack<float>(self, at)
               : Model::template pullBack<double>(self, at);
  }
};

/// F64, or an error.
mlir::LogicalResult checkRelevancePrecision(mlir::Operation *op,
                                            llvm::ArrayRef<Tensor> relevances);

/// A Model has
///   static Flows redistribute(Op, const Backward &);
template <typename Model, typename Op>
struct RelevanceModel : RelevanceOpInterface::ExternalModel<Model, Op> {
  Results propagateRelevance(mlir::Operation *op,
                             llvm::ArrayRef<Tensor> operands,
                             llvm::ArrayRef<Tensor> results,
                             llvm::ArrayRef<Tensor> relevances) const {
    if (mlir::failed(checkRelevancePrecision(op, relevances)))
      return mlir::failure();
    return Model::redistribute(llvm::cast<Op>(op),
                               Backward{operands, results, relevances, {}});
  }
};

/// An elementwise op, or one that works on rows: each element of operand 0
/// keeps the relevance of the result's element at its place.
template <typename Op>
struct IdentityRelevance : RelevanceModel<IdentityRelevance<Op>, Op> {
  static Flows redistribute(Op op, const Backward &at) {
    Flows flows(at.operands.size());
    flows[0] = at.flows[0];
    return flows;
  }
};

/// Of an op that moves whole elements: gradients and relevance move back alike.
/// A Move has
///   static Flows moveBack(Op, const Backward &);
template <typename Move, typename Op>
struct MoveGradient
    : GradientOpInterface::ExternalModel<MoveGradient<Move, Op>, Op> {
  Results backpropagate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands,
                        llvm::ArrayRef<Tensor> results,
                        llvm::ArrayRef<Tensor> gradients,
                        llvm::ArrayRef<bool> wanted) const {
    return Move::moveBack(llvm::cast<Op>(op),
                          Backward{operands, results, gradients, wanted});
  }
};
template <typename Move, typename Op>
struct MoveRelevance : RelevanceModel<MoveRelevance<Move, Op>, Op> {
  static Flows redistribute(Op op, const Backward &at) {
    return Move::moveBack(op, at);
  }
};

} // namespace mixq::ops

#endif // MIXQ_ANALYSIS_OPS_BACKWARDMODEL_H
