//===- Outcomes.h - What runs of a network are judged by --------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OUTCOMES_H
#define MIXQ_ANALYSIS_OUTCOMES_H

#include "analysis/Interpreter.h"

#include <vector>

namespace mixq {

struct Outcome {
  Tensor logits;
  Tensor
      feature; ///< the head's input, before its codes; none of the head alone
};

/// By image.
using Outcomes = std::vector<Outcome>;

/// How far outcomes are from others, mean over the images.
struct OutcomeDifference {
  double divergence = 0;   ///< KL of the logits, in nats
  double featureError = 0; ///< mean squared
  double agreement = 0;    ///< share of images with the same first class
};

/// Of the same images. The feature counts where both have it.
OutcomeDifference compareOutcomes(const Outcomes &references,
                                  const Outcomes &outcomes);

/// Runs images to their outcomes with operands replaced.
class OutcomeRunner {
public:
  /// `featureOp` computes the head's input, in the interpreter's function. All
  /// references must outlive this.
  OutcomeRunner(const Interpreter &interpreter, llvm::ArrayRef<Tensor> images,
                unsigned threads, mlir::Operation *featureOp)
      : interpreter(interpreter), images(images), threads(threads),
        featureOp(featureOp) {}

  /// One execution an image, at its beginning.
  mlir::FailureOr<std::vector<Execution>> start() const;
  /// The rest of them; they stay as they are.
  mlir::FailureOr<Outcomes> finish(llvm::ArrayRef<Execution> executions,
                                   OperandOverride override) const;
  /// From the image on.
  mlir::FailureOr<Outcomes> run(OperandOverride override) const;
  /// Up to an op.
  mlir::LogicalResult advance(std::vector<Execution> &executions,
                              mlir::Operation *until,
                              OperandOverride override) const;

private:
  mlir::FailureOr<Outcome> finishOne(Execution execution,
                                     OperandOverride override) const;

  const Interpreter &interpreter;
  llvm::ArrayRef<Tensor> images;
  unsigned threads;
  mlir::Operation *featureOp;
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_OUTCOMES_H
