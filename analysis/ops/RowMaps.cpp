//===- RowMaps.cpp - Ops that move rows of a map --------------------------===//
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

/// All of them alike: what is moved where is in RowMapOpInterface.
template <typename Op> struct RowMapModel : MoveModel<RowMapModel<Op>, Op> {
  static llvm::SmallVector<Tensor> move(Op op, llvm::ArrayRef<Tensor> operands,
                                        DataType precision) {
    Tensor result = makeResult(op, precision);
    size_t rowBytes = operands[0].dim(1) * sizeOf(result.type());
    uint8_t *to = result.mutableRaw();
    for (int32_t row : op.getSourceRows()) {
      if (row >= 0)
        std::copy_n(operands[0].raw() + row * rowBytes, rowBytes, to);
      to += rowBytes;
    }
    return {result};
  }
};

/// Every row goes back where it came from; padding came from nowhere.
template <typename Op> struct RowMapMove {
  static Flows moveBack(Op op, const Backward &at) {
    const Tensor &flow = at.flows[0];
    Tensor back = zerosLike(at.operands[0], flow.type());
    size_t rowBytes = back.dim(1) * sizeOf(back.type());
    const uint8_t *from = flow.raw();
    uint8_t *target = back.mutableRaw();
    for (int32_t row : op.getSourceRows()) {
      if (row >= 0)
        std::copy_n(from, rowBytes, target + row * rowBytes);
      from += rowBytes;
    }
    return {back};
  }
};

template <typename... Ops> void attachTo(mlir::MLIRContext &context) {
  (Ops::template attachInterface<RowMapModel<Ops>,
                                 MoveGradient<RowMapMove<Ops>, Ops>,
                                 MoveRelevance<RowMapMove<Ops>, Ops>>(context),
   ...);
}

} // namespace

void mixq::ops::attachRowMaps(mlir::MLIRContext &context) {
  attachTo<RollOp, PadMapOp, CropMapOp, WindowPartitionOp, WindowReverseOp,
           PatchMergeOp>(context);
}
