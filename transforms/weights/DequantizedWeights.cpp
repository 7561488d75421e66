//===- DequantizedWeights.cpp - The floats that codes stand for -----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/weights/DequantizedWeights.h"

#include "dialect/MixqDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <algorithm>

using namespace mlir;

namespace mixq {
namespace {

using Weights = std::map<std::string, Tensor>;

/// The name of the parameter that `value` is, or "".
std::string nameOf(Value value) {
  auto parameter = value.getDefiningOp<ParameterOp>();
  return parameter && parameter.getName() ? parameter.getName()->str() : "";
}

/// The value of what depends on parameters alone. Emits a diagnostic for
/// anything else.
FailureOr<Tensor> evaluateConstant(Value value) {
  Operation *op = value.getDefiningOp();
  auto evaluated = dyn_cast_or_null<EvaluateOpInterface>(op);
  if (!evaluated || op->getNumResults() != 1)
    return emitError(value.getLoc(),
                     "expects a weight that depends on parameters alone");
  SmallVector<Tensor> operands;
  for (Value operand : op->getOperands()) {
    FailureOr<Tensor> tensor = evaluateConstant(operand);
    if (failed(tensor))
      return failure();
    operands.push_back(*std::move(tensor));
  }
  FailureOr<SmallVector<Tensor>> results = evaluated.evaluate(operands);
  if (failed(results))
    return failure();
  return results->front();
}

/// All ops of @main but parameters.
SmallVector<Operation *> opsOf(ModuleOp module) {
  SmallVector<Operation *> ops;
  if (auto main = module.lookupSymbol<func::FuncOp>("main"))
    main.getBody().walk([&](Operation *op) {
      if (!isa<ParameterOp>(op))
        ops.push_back(op);
    });
  return ops;
}

/// The channel scaling between the previous op of the original graph and this
/// one, through the quantizers of the activation.
ChannelAffineOp findScaling(Value input, const DenseSet<Operation *> &matched) {
  for (Operation *op = input.getDefiningOp(); op && !matched.contains(op);
       op = op->getOperand(0).getDefiningOp()) {
    if (auto scaling = dyn_cast<ChannelAffineOp>(op))
      return scaling;
    if (op->getNumOperands() == 0)
      break;
  }
  return nullptr;
}

/// W' = W diag(multiplier), b' = b + W offset, in double.
LogicalResult undoScaling(ChannelAffineOp scaling, Tensor &weight,
                          Tensor &bias) {
  FailureOr<Tensor> multiplier = evaluateConstant(scaling.getMultiplier());
  FailureOr<Tensor> offset = evaluateConstant(scaling.getOffset());
  if (failed(multiplier) || failed(offset))
    return failure();
  const int64_t columns = weight.dim(1);
  float *weights = weight.mutableData<float>();
  float *biases = bias.mutableData<float>();
  for (int64_t n = 0; n < weight.dim(0); ++n) {
    double sum = biases[n];
    for (int64_t c = 0; c < columns; ++c) {
      float &element = weights[n * columns + c];
      sum += double(element) * offset->data<float>()[c];
      element *= multiplier->data<float>()[c];
    }
    biases[n] = static_cast<float>(sum);
  }
  return success();
}

/// The parameters of one op and what stands for them.
LogicalResult addWeights(Operation *original, Operation *quantized,
                         const DenseSet<Operation *> &matched,
                         Weights &weights) {
  for (auto [from, to] :
       llvm::zip_equal(original->getOperands(), quantized->getOperands())) {
    std::string name = nameOf(from);
    if (name.empty())
      continue;
    FailureOr<Tensor> value = evaluateConstant(to);
    if (failed(value))
      return failure();
    weights[name] = *std::move(value);
  }
  auto linear = dyn_cast<LinearOp>(original);
  ChannelAffineOp scaling =
      linear ? findScaling(quantized->getOperand(0), matched) : nullptr;
  if (!scaling)
    return success();
  auto weight = weights.find(nameOf(linear.getWeight()));
  auto bias = weights.find(nameOf(linear.getBias()));
  if (weight == weights.end() || bias == weights.end())
    return original->emitOpError("expects a weight and a bias with names to "
                                 "fold a channel scaling into");
  return undoScaling(scaling, weight->second, bias->second);
}

} // namespace

FailureOr<Weights> dequantizedWeights(ModuleOp original, ModuleOp quantized) {
  Weights weights;
  DenseSet<Operation *> matched;
  SmallVector<Operation *> candidates = opsOf(quantized);
  auto next = candidates.begin();
  for (Operation *op : opsOf(original)) {
    // Quantization adds ops and keeps all that were there, in order.
    next = std::find_if(next, candidates.end(), [&](Operation *candidate) {
      return candidate->getName() == op->getName() &&
             candidate->getNumOperands() == op->getNumOperands();
    });
    if (next == candidates.end())
      return op->emitOpError("has no counterpart in the quantized graph");
    matched.insert(*next);
    if (failed(addWeights(op, *next, matched, weights)))
      return failure();
    ++next;
  }
  return weights;
}

} // namespace mixq
