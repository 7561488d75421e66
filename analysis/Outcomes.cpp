//===- Outcomes.cpp - What runs of a network are judged by ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Outcomes.h"

#include "analysis/Comparison.h"
#include "analysis/Parallel.h"

#include "llvm/ADT/STLExtras.h"

using namespace mixq;

static llvm::ArrayRef<float> elementsOf(const Tensor &tensor) {
  return {tensor.data<float>(), static_cast<size_t>(tensor.size())};
}

static double meanSquare(const Tensor &a, const Tensor &b) {
  double sum = 0;
  for (auto [x, y] : llvm::zip_equal(elementsOf(a), elementsOf(b)))
    sum += (double(x) - y) * (double(x) - y);
  return a.size() ? sum / a.size() : 0;
}

OutcomeDifference mixq::compareOutcomes(const Outcomes &references,
                                        const Outcomes &outcomes) {
  LogitDifference difference;
  OutcomeDifference result;
  for (auto [a, b] : llvm::zip_equal(references, outcomes)) {
    difference.add(elementsOf(a.logits), elementsOf(b.logits));
    // The head itself cannot change its input.
    if (a.feature.size() == b.feature.size())
      result.featureError += meanSquare(a.feature, b.feature) / outcomes.size();
  }
  result.divergence = difference.meanDivergence();
  result.agreement = difference.agreement();
  return result;
}

mlir::FailureOr<std::vector<Execution>> OutcomeRunner::start() const {
  std::vector<Execution> executions;
  for (const Tensor &image : images) {
    mlir::FailureOr<Execution> execution = interpreter.start(image);
    if (mlir::failed(execution))
      return mlir::failure();
    executions.push_back(*std::move(execution));
  }
  return executions;
}

mlir::FailureOr<Outcome>
OutcomeRunner::finishOne(Execution execution, OperandOverride override) const {
  Outcome outcome;
  auto observe = [&](mlir::Operation *op, llvm::ArrayRef<Tensor>,
                     llvm::ArrayRef<Tensor> values) {
    if (op == featureOp)
      outcome.feature = values[0];
  };
  if (mlir::failed(interpreter.advance(execution, nullptr, observe, override)))
    return mlir::failure();
  outcome.logits = interpreter.resultsOf(execution)[0];
  return outcome;
}

mlir::FailureOr<Outcomes>
OutcomeRunner::finish(llvm::ArrayRef<Execution> executions,
                      OperandOverride override) const {
  Outcomes outcomes(executions.size());
  auto runOne = [&](int64_t image) -> mlir::LogicalResult {
    auto outcome = finishOne(executions[image], override);
    if (mlir::failed(outcome))
      return mlir::failure();
    outcomes[image] = *std::move(outcome);
    return mlir::success();
  };
  if (mlir::failed(parallelFor(executions.size(), threads, runOne)))
    return mlir::failure();
  return outcomes;
}

mlir::FailureOr<Outcomes> OutcomeRunner::run(OperandOverride override) const {
  mlir::FailureOr<std::vector<Execution>> executions = start();
  if (mlir::failed(executions))
    return mlir::failure();
  return finish(*executions, override);
}

mlir::LogicalResult OutcomeRunner::advance(std::vector<Execution> &executions,
                                           mlir::Operation *until,
                                           OperandOverride override) const {
  return parallelFor(executions.size(), threads, [&](int64_t image) {
    return interpreter.advance(executions[image], until, nullptr, override);
  });
}
