//===- Interpreter.cpp - The reference meaning of a function --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Interpreter.h"

#include "analysis/Parallel.h"
#include "analysis/TensorTypes.h"

#include "llvm/ADT/DenseSet.h"

using namespace mixq;

bool mixq::isConstant(mlir::Value value) {
  mlir::Operation *op = value.getDefiningOp();
  return op && llvm::all_of(op->getOperands(), isConstant);
}

mlir::FailureOr<Interpreter> Interpreter::create(mlir::func::FuncOp function,
                                                 DataType precision) {
  Interpreter interpreter;
  interpreter.function = function;
  interpreter.precision = precision;
  if (mlir::failed(interpreter.prepare()))
    return mlir::failure();
  return interpreter;
}

mlir::LogicalResult Interpreter::prepare() {
  if (!function.getBody().hasOneBlock())
    return function.emitOpError("cannot be interpreted: expects one block, "
                                "found ")
           << function.getBody().getBlocks().size();
  mlir::Block &block = function.getBody().front();
  for (mlir::BlockArgument argument : block.getArguments()) {
    if (!hasSupportedShape(argument.getType()) ||
        !dataTypeOf(mlir::getElementTypeOrSelf(argument.getType())))
      return function.emitOpError("cannot be interpreted: expects arguments "
                                  "that are tensors of the dialect, found ")
             << argument.getType();
    slotOf(argument);
  }
  for (mlir::Operation &op : block.without_terminator()) {
    auto evaluated = llvm::dyn_cast<EvaluateOpInterface>(op);
    if (!evaluated)
      return op.emitOpError("cannot be interpreted: the op has no evaluation");
    if (!llvm::all_of(op.getOperands(), isConstant))
      addStep(evaluated);
    else if (mlir::failed(addConstant(evaluated)))
      return mlir::failure();
  }
  for (mlir::Value value : block.getTerminator()->getOperands())
    results.push_back(slotOf(value));
  constants.resize(slots.size());
  findLastUses();
  return mlir::success();
}

/// Its operands are constants before it.
mlir::LogicalResult Interpreter::addConstant(EvaluateOpInterface op) {
  llvm::SmallVector<Tensor> operands;
  for (mlir::Value operand : op->getOperands())
    operands.push_back(constants[slotOf(operand)]);
  auto values = op.evaluate(operands);
  if (mlir::failed(values))
    return mlir::failure();
  for (auto [result, value] : llvm::zip_equal(op->getResults(), *values)) {
    unsigned slot = slotOf(result);
    constants.resize(slot + 1);
    bool widen = precision == DataType::F64 && value.type() == DataType::F32;
    constants[slot] = widen ? toDouble(value) : value;
  }
  return mlir::success();
}

void Interpreter::addStep(EvaluateOpInterface op) {
  Step step;
  step.op = op;
  for (mlir::Value operand : op->getOperands())
    step.operands.push_back(slotOf(operand));
  for (mlir::Value result : op->getResults())
    step.results.push_back(slotOf(result));
  steps.push_back(std::move(step));
}

/// Values are single-assignment, so walking backwards the first use of a slot
/// that is met is its last.
void Interpreter::findLastUses() {
  llvm::DenseSet<unsigned> seen(results.begin(), results.end());
  for (Step &step : llvm::reverse(steps))
    for (unsigned slot :
         llvm::concat<const unsigned>(step.operands, step.results))
      if (seen.insert(slot).second)
        step.lastUses.push_back(slot);
}

unsigned Interpreter::slotOf(mlir::Value value) {
  return slots.try_emplace(value, slots.size()).first->second;
}

mlir::LogicalResult
Interpreter::checkInputs(llvm::ArrayRef<Tensor> inputs) const {
  if (inputs.size() != function.getNumArguments())
    return function.emitOpError("expects ")
           << function.getNumArguments() << " inputs, found " << inputs.size();
  for (auto [index, input] : llvm::enumerate(inputs)) {
    auto type = llvm::cast<mlir::RankedTensorType>(
        function.getArgument(index).getType());
    DataType expected = *dataTypeOf(type.getElementType(), precision);
    if (input.type() != expected ||
        llvm::ArrayRef(input.shape()) != type.getShape())
      return function.emitOpError("expects input ")
             << index << " to hold " << nameOf(expected) << " for " << type
             << ", found " << describe(input);
  }
  return mlir::success();
}

mlir::FailureOr<Execution>
Interpreter::start(llvm::ArrayRef<Tensor> inputs) const {
  if (mlir::failed(checkInputs(inputs)))
    return mlir::failure();
  Execution execution;
  execution.values = constants;
  llvm::copy(inputs, execution.values.begin());
  return execution;
}

mlir::LogicalResult Interpreter::advance(Execution &execution,
                                         mlir::Operation *until,
                                         Observer observer,
                                         OperandOverride override) const {
  std::vector<Tensor> &values = execution.values;
  llvm::SmallVector<Tensor> operands;
  for (; execution.next < steps.size(); ++execution.next) {
    const Step &step = steps[execution.next];
    if (EvaluateOpInterface(step.op).getOperation() == until)
      break;
    operands.clear();
    for (unsigned slot : step.operands)
      operands.push_back(values[slot]);
    if (override)
      override(step.op, operands);
    auto produced = EvaluateOpInterface(step.op).evaluate(operands);
    if (mlir::failed(produced))
      return mlir::failure();
    if (observer)
      observer(step.op, operands, *produced);
    for (auto [slot, value] : llvm::zip_equal(step.results, *produced))
      values[slot] = std::move(value);
    for (unsigned slot : step.lastUses)
      values[slot] = Tensor();
  }
  return mlir::success();
}

llvm::SmallVector<Tensor>
Interpreter::operandsOf(const Execution &execution) const {
  llvm::SmallVector<Tensor> operands;
  for (unsigned slot : steps[execution.next].operands)
    operands.push_back(execution.values[slot]);
  return operands;
}

llvm::SmallVector<Tensor>
Interpreter::resultsOf(const Execution &execution) const {
  llvm::SmallVector<Tensor> returned;
  for (unsigned slot : results)
    returned.push_back(execution.values[slot]);
  return returned;
}

mlir::FailureOr<llvm::SmallVector<Tensor>>
Interpreter::run(llvm::ArrayRef<Tensor> inputs, Observer observer) const {
  mlir::FailureOr<Execution> execution = start(inputs);
  if (mlir::failed(execution) ||
      mlir::failed(advance(*execution, /*until=*/nullptr, observer)))
    return mlir::failure();
  return resultsOf(*execution);
}

unsigned Interpreter::threadsOf(unsigned requested) const {
  return function.getContext()->isMultithreadingEnabled() ? requested : 1;
}

mlir::FailureOr<llvm::SmallVector<Tensor>>
mixq::interpret(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs,
                Observer observer) {
  mlir::FailureOr<Interpreter> interpreter = Interpreter::create(function);
  if (mlir::failed(interpreter))
    return mlir::failure();
  return interpreter->run(inputs, observer);
}

mlir::FailureOr<std::vector<llvm::SmallVector<Tensor>>>
mixq::interpretBatch(const Interpreter &interpreter,
                     llvm::ArrayRef<Tensor> images, unsigned threads) {
  std::vector<llvm::SmallVector<Tensor>> results(images.size());
  auto runOne = [&](int64_t image) -> mlir::LogicalResult {
    auto outputs = interpreter.run(images[image]);
    if (mlir::succeeded(outputs))
      results[image] = *std::move(outputs);
    return outputs;
  };
  if (mlir::failed(
          parallelFor(images.size(), interpreter.threadsOf(threads), runOne)))
    return mlir::failure();
  return results;
}
