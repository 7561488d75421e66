//===- Relevance.cpp - Layer-wise Relevance Propagation -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Relevance.h"

#include "analysis/ops/Shares.h"

#include <algorithm>

using namespace mixq;

mlir::FailureOr<llvm::SmallVector<Tensor>>
RelevanceRule::pullBack(const Tape::Entry &entry, llvm::ArrayRef<Tensor> flows,
                        llvm::ArrayRef<bool> wanted) const {
  auto op = llvm::dyn_cast<RelevanceOpInterface>(entry.op);
  if (!op)
    return entry.op->emitOpError("has no rule for relevance: expects ops of "
                                 "the graph, before fusion");
  return op.propagateRelevance(entry.operands, entry.results, flows);
}

Tensor RelevanceRule::join(const Tensor &value, Tensor sum) const {
  if (value.type() != DataType::F64) // Codes: no division.
    return sum;
  const auto *x = value.data<double>();
  auto *relevance = sum.mutableData<double>();
  for (int64_t i = 0, n = sum.size(); i < n; ++i)
    relevance[i] = x[i] * ops::shareOf(relevance[i], x[i]);
  return sum;
}

mlir::LogicalResult mixq::checkLogits(const Tape &tape, DataType precision) {
  mlir::func::FuncOp function = tape.function;
  if (!tape.outputs.empty() && tape.outputs[0].type() == precision &&
      tape.outputs[0].rank() == 2 && tape.outputs[0].dim(0) == 1)
    return mlir::success();
  return function.emitOpError("expects logits [1, classes] in ")
         << nameOf(precision) << " as the first result, found "
         << (tape.outputs.empty() ? "none" : describe(tape.outputs[0]));
}

mlir::FailureOr<int64_t> mixq::predictedClass(const Tape &tape) {
  if (mlir::failed(checkLogits(tape, DataType::F64)))
    return mlir::failure();
  const auto *begin = tape.outputs[0].data<double>();
  return std::max_element(begin, begin + tape.outputs[0].size()) - begin;
}

mlir::FailureOr<llvm::SmallVector<Tensor>> mixq::classSeeds(const Tape &tape,
                                                            int64_t target) {
  if (mlir::failed(checkLogits(tape, DataType::F64)))
    return mlir::failure();
  mlir::func::FuncOp function = tape.function;
  if (target < 0 || target >= tape.outputs[0].size())
    return function.emitOpError("expects a class below ")
           << tape.outputs[0].size() << " to explain, found " << target;
  llvm::SmallVector<Tensor> seeds;
  for (const Tensor &output : tape.outputs)
    seeds.emplace_back(DataType::F64, output.shape());
  seeds[0].mutableData<double>()[target] = 1;
  return seeds;
}

mlir::FailureOr<ValueFlows>
mixq::propagateRelevance(const Tape &tape, int64_t target,
                         BackwardObserver observer) {
  auto seeds = classSeeds(tape, target);
  if (mlir::failed(seeds))
    return mlir::failure();
  return walkBack(tape, *seeds, RelevanceRule(), /*parameters=*/true, observer);
}
