//===- Relevance.h - Layer-wise Relevance Propagation -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of Chefer, Gur and Wolf (CVPR 2021) with alpha = 1, in double; the
// equations are in docs/method.md.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_RELEVANCE_H
#define MIXQ_ANALYSIS_RELEVANCE_H

#include "analysis/Backward.h"

namespace mixq {

/// By RelevanceOpInterface.
class RelevanceRule : public BackwardRule {
public:
  mlir::FailureOr<llvm::SmallVector<Tensor>>
  pullBack(const Tape::Entry &entry, llvm::ArrayRef<Tensor> flows,
           llvm::ArrayRef<bool> wanted) const override;

  /// x sum / (x + epsilon): the sum but for rounding, and 0 where x is 0.
  Tensor join(const Tensor &value, Tensor sum) const override;
};

/// Emits a diagnostic where the function's first result is not [1, classes] in
/// `precision`.
mlir::LogicalResult checkLogits(const Tape &tape, DataType precision);

/// The likeliest class of one image. Requires a tape in double. Emits a
/// diagnostic on failure.
mlir::FailureOr<int64_t> predictedClass(const Tape &tape);

/// 1 at that class of the first result, else 0: one tensor a result. Requires a
/// tape in double. Emits a diagnostic on failure.
mlir::FailureOr<llvm::SmallVector<Tensor>> classSeeds(const Tape &tape,
                                                      int64_t target);

/// The relevance of the arguments and constants for the decision of `target`: 1
/// at that class of the first result. Requires a tape in double. Emits a
/// diagnostic on failure.
mlir::FailureOr<ValueFlows>
propagateRelevance(const Tape &tape, int64_t target,
                   BackwardObserver observer = nullptr);

} // namespace mixq

#endif // MIXQ_ANALYSIS_RELEVANCE_H
