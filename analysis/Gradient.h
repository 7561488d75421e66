//===- Gradient.h - Reverse-mode differentiation ----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_GRADIENT_H
#define MIXQ_ANALYSIS_GRADIENT_H

#include "analysis/Backward.h"

namespace mixq {

/// By GradientOpInterface. What a value receives by several uses adds up.
class GradientRule : public BackwardRule {
public:
  mlir::FailureOr<llvm::SmallVector<Tensor>>
  pullBack(const Tape::Entry &entry, llvm::ArrayRef<Tensor> flows,
           llvm::ArrayRef<bool> wanted) const override;
};

/// The gradients of a scalar with respect to the function's arguments and, with
/// `parameters`, its constants, from those with respect to its results. The
/// precision is that of the tape. Emits a diagnostic on failure.
mlir::FailureOr<ValueFlows>
backpropagate(const Tape &tape, llvm::ArrayRef<Tensor> resultGradients,
              bool parameters, BackwardObserver observer = nullptr);

} // namespace mixq

#endif // MIXQ_ANALYSIS_GRADIENT_H
