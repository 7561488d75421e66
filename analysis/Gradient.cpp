//===- Gradient.cpp - Reverse-mode differentiation ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Gradient.h"

using namespace mixq;

mlir::FailureOr<llvm::SmallVector<Tensor>>
GradientRule::pullBack(const Tape::Entry &entry, llvm::ArrayRef<Tensor> flows,
                       llvm::ArrayRef<bool> wanted) const {
  auto op = llvm::dyn_cast<GradientOpInterface>(entry.op);
  if (!op)
    return entry.op->emitOpError("has no gradient: expects ops of the graph, "
                                 "before fusion");
  return op.backpropagate(entry.operands, entry.results, flows, wanted);
}

mlir::FailureOr<ValueFlows>
mixq::backpropagate(const Tape &tape, llvm::ArrayRef<Tensor> resultGradients,
                    bool parameters, BackwardObserver observer) {
  return walkBack(tape, resultGradients, GradientRule(), parameters, observer);
}
