//===- Backward.cpp - Carries flows from results to inputs ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Backward.h"

#include "analysis/Blocks.h"

using namespace mixq;

BackwardRule::~BackwardRule() = default;

mlir::FailureOr<Tape> mixq::record(const Interpreter &interpreter,
                                   llvm::ArrayRef<Tensor> inputs) {
  Tape tape;
  tape.function = interpreter.getFunction();
  tape.inputs.assign(inputs.begin(), inputs.end());
  auto outputs = interpreter.run(inputs, [&](mlir::Operation *op,
                                             llvm::ArrayRef<Tensor> operands,
                                             llvm::ArrayRef<Tensor> results) {
    tape.entries.push_back({op,
                            {operands.begin(), operands.end()},
                            {results.begin(), results.end()}});
  });
  if (mlir::failed(outputs))
    return mlir::failure();
  tape.outputs = *std::move(outputs);
  return tape;
}

namespace {

template <typename T> void accumulate(const Tensor &from, Tensor &to) {
  const T *source = from.data<T>();
  T *sum = to.mutableData<T>();
  for (int64_t i = 0, n = to.size(); i < n; ++i)
    sum[i] += source[i];
}

class Walk {
public:
  Walk(const Tape &tape, const BackwardRule &rule, bool parameters)
      : tape(tape), rule(rule),
        active(findDependents(tape.function, parameters)) {}

  mlir::LogicalResult seed(llvm::ArrayRef<Tensor> seeds);
  mlir::LogicalResult run(BackwardObserver observer);
  ValueFlows takeEnds();

private:
  void add(mlir::Value value, const Tensor &flow);
  Tensor take(mlir::Value value, const Tensor &forward);
  std::optional<DataType> typeOfFlows(mlir::Operation *op) const;
  mlir::LogicalResult step(const Tape::Entry &entry, BackwardObserver observer);

  struct Pending {
    Tensor sum;
    unsigned uses = 0;
  };

  const Tape &tape;
  const BackwardRule &rule;
  llvm::DenseSet<mlir::Value> active; ///< what is wanted
  llvm::DenseMap<mlir::Value, Pending> pending;
};

mlir::LogicalResult Walk::seed(llvm::ArrayRef<Tensor> seeds) {
  mlir::func::FuncOp function = tape.function;
  mlir::Operation *terminator = function.getBody().front().getTerminator();
  if (seeds.size() != terminator->getNumOperands())
    return function.emitOpError("expects ")
           << terminator->getNumOperands() << " tensors to walk back from, "
           << "found " << seeds.size();
  for (auto [index, seed] : llvm::enumerate(seeds)) {
    if (seed.shape() != tape.outputs[index].shape())
      return function.emitOpError("expects result ")
             << index << ", " << describe(tape.outputs[index])
             << ", to receive a tensor of its shape, found " << describe(seed);
    add(terminator->getOperand(index), seed);
  }
  return mlir::success();
}

void Walk::add(mlir::Value value, const Tensor &flow) {
  Pending &to = pending[value];
  if (to.uses++ == 0)
    to.sum = flow;
  else if (flow.type() == DataType::F64)
    accumulate<double>(flow, to.sum);
  else
    accumulate<float>(flow, to.sum);
}

Tensor Walk::take(mlir::Value value, const Tensor &forward) {
  auto found = pending.find(value);
  Pending taken = std::move(found->second);
  pending.erase(found);
  return taken.uses > 1 ? rule.join(forward, std::move(taken.sum)) : taken.sum;
}

/// None where no result of the op received anything.
std::optional<DataType> Walk::typeOfFlows(mlir::Operation *op) const {
  for (mlir::Value result : op->getResults())
    if (auto found = pending.find(result); found != pending.end())
      return found->second.sum.type();
  return std::nullopt;
}

mlir::LogicalResult Walk::step(const Tape::Entry &entry,
                               BackwardObserver observer) {
  std::optional<DataType> type = typeOfFlows(entry.op);
  if (!type)
    return mlir::success();
  llvm::SmallVector<Tensor> flows;
  for (auto [result, value] :
       llvm::zip_equal(entry.op->getResults(), entry.results))
    flows.push_back(pending.count(result) ? take(result, value)
                                          : Tensor(*type, value.shape()));
  llvm::SmallVector<bool> wanted;
  for (mlir::Value operand : entry.op->getOperands())
    wanted.push_back(active.contains(operand));
  auto operandFlows = rule.pullBack(entry, flows, wanted);
  if (mlir::failed(operandFlows))
    return mlir::failure();
  for (auto [operand, flow, needed] :
       llvm::zip_equal(entry.op->getOperands(), *operandFlows, wanted))
    if (needed && flow.size() != 0)
      add(operand, flow);
  if (observer)
    observer({entry, flows, *operandFlows});
  return mlir::success();
}

mlir::LogicalResult Walk::run(BackwardObserver observer) {
  for (const Tape::Entry &entry : llvm::reverse(tape.entries))
    if (mlir::failed(step(entry, observer)))
      return mlir::failure();
  return mlir::success();
}

ValueFlows Walk::takeEnds() {
  ValueFlows ends;
  mlir::func::FuncOp function = tape.function;
  for (auto [argument, input] :
       llvm::zip_equal(function.getArguments(), tape.inputs))
    if (pending.count(argument))
      ends[argument] = take(argument, input);
  for (auto &[value, rest] : pending)
    ends[value] = rest.sum;
  return ends;
}

} // namespace

mlir::FailureOr<ValueFlows> mixq::walkBack(const Tape &tape,
                                           llvm::ArrayRef<Tensor> seeds,
                                           const BackwardRule &rule,
                                           bool parameters,
                                           BackwardObserver observer) {
  Walk walk(tape, rule, parameters);
  if (mlir::failed(walk.seed(seeds)) || mlir::failed(walk.run(observer)))
    return mlir::failure();
  return walk.takeEnds();
}
