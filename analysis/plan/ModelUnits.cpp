//===- ModelUnits.cpp - The units of a graph ------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/plan/ModelUnits.h"

#include "dialect/Parameters.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace mixq {
namespace {

func::FuncOp findMain(ModuleOp module) {
  return module.lookupSymbol<func::FuncOp>("main");
}

bool isUnit(Operation *op) {
  return isa<CostOpInterface>(op) && !unitName(op).empty();
}

/// Numbers tensors: a value, or a parameter of one name wherever it is named.
class TensorNumbers {
public:
  int64_t of(Value value) {
    auto parameter = value.getDefiningOp<ParameterOp>();
    if (parameter && parameter.getName())
      return number(byName[*parameter.getName()]);
    return number(byValue[value]);
  }

private:
  /// The number in a slot, which is 0 when it is new.
  int64_t number(int64_t &slot) { return slot ? slot : slot = ++count; }

  llvm::DenseMap<Value, int64_t> byValue;
  llvm::StringMap<int64_t> byName;
  int64_t count = 0;
};

/// Ops that a unit's result reaches, and ops whose results reach a unit.
class Reach {
public:
  explicit Reach(func::FuncOp function) {
    SmallVector<Operation *> ops;
    function.walk([&](Operation *op) { ops.push_back(op); });
    for (Operation *op : ops)
      for (Value operand : op->getOperands())
        if (Operation *from = operand.getDefiningOp())
          if (isUnit(from) || after.contains(from))
            after.insert(op);
    for (Operation *op : llvm::reverse(ops))
      for (Operation *user : op->getUsers())
        if (isUnit(user) || before.contains(user))
          before.insert(op);
  }

  Boundary boundaryOf(Operation *unit) const {
    if (!after.contains(unit))
      return Boundary::Input;
    return before.contains(unit) ? Boundary::None : Boundary::Output;
  }

private:
  llvm::DenseSet<Operation *> after, before;
};

FailureOr<Unit> describe(CostOpInterface op, TensorNumbers &tensors,
                         const Reach &reach) {
  Unit unit;
  unit.name = unitName(op).str();
  unit.kind = op->getName().stripDialect().str();
  unit.parameters = op.getParameterCount();
  unit.macs = op.getMacs();
  unit.boundary = reach.boundaryOf(op);
  for (unsigned operand : op.getQuantizableOperands())
    unit.operands.push_back({tensors.of(op->getOperand(operand))});
  if (unit.operands.size() != 2)
    return op->emitOpError("expects two operands with bit-widths in unit '")
           << unit.name << "', found " << unit.operands.size();
  unit.operands.back().isWeight = unit.parameters > 0;
  return unit;
}

/// The text that the model's hash is of.
class Digest {
public:
  LogicalResult add(Operation *op) {
    stream << op->getName().getStringRef();
    for (Value operand : op->getOperands())
      stream << ' ' << number(operand);
    if (auto parameter = dyn_cast<ParameterOp>(op)) {
      FailureOr<Tensor> value = getParameterValue(parameter);
      if (failed(value))
        return failure();
      stream << ' ' << formatHash(value->hash());
    } else if (Attribute properties = op->getPropertiesAsAttribute()) {
      stream << ' ' << properties;
    }
    for (Value result : op->getResults())
      stream << ' ' << number(result) << ':' << result.getType();
    stream << '\n';
    return success();
  }

  void add(Attribute attribute) { stream << attribute << '\n'; }

  std::string finish() const {
    std::vector<uint8_t> bytes(text.begin(), text.end());
    int64_t size = bytes.size();
    return formatHash(Tensor::of<uint8_t>({size}, bytes).hash());
  }

private:
  size_t number(Value value) {
    return numbers.insert({value, numbers.size()}).first->second;
  }

  std::string text;
  llvm::raw_string_ostream stream{text};
  llvm::DenseMap<Value, size_t> numbers;
};

} // namespace

StringRef unitName(Operation *op) {
  auto name = op->getAttrOfType<StringAttr>("unit");
  return name ? name.getValue() : StringRef();
}

SmallVector<CostOpInterface> findUnits(ModuleOp module) {
  SmallVector<CostOpInterface> units;
  if (func::FuncOp main = findMain(module))
    main.walk([&](CostOpInterface op) {
      if (isUnit(op))
        units.push_back(op);
    });
  return units;
}

FailureOr<ModelUnits> describeUnits(ModuleOp module) {
  func::FuncOp main = findMain(module);
  if (!main)
    return module.emitError("expects a function @main");
  FailureOr<std::string> hash = hashModel(module);
  if (failed(hash))
    return failure();
  ModelUnits model;
  auto name = module->getAttrOfType<StringAttr>("mixq.model");
  model.model = {name ? name.str() : "", *hash};
  Reach reach(main);
  TensorNumbers tensors;
  llvm::StringSet<> names;
  for (CostOpInterface op : findUnits(module)) {
    FailureOr<Unit> unit = describe(op, tensors, reach);
    if (failed(unit))
      return failure();
    if (!names.insert(unit->name).second)
      return op->emitOpError("expects a unit name of its own, found another '")
             << unit->name << "'";
    model.units.push_back(*std::move(unit));
  }
  return model;
}

FailureOr<std::string> hashModel(ModuleOp module) {
  Digest digest;
  if (Attribute preprocessing = module->getAttr("mixq.preprocessing"))
    digest.add(preprocessing);
  WalkResult result = WalkResult::advance();
  if (func::FuncOp main = findMain(module))
    result = main.getBody().walk([&](Operation *op) {
      return failed(digest.add(op)) ? WalkResult::interrupt()
                                    : WalkResult::advance();
    });
  if (result.wasInterrupted())
    return failure();
  return digest.finish();
}

FailureOr<Pins> readBits(ModuleOp module) {
  Pins pins;
  for (CostOpInterface op : findUnits(module)) {
    if (!op->hasAttr(kBitsAttr))
      continue;
    FailureOr<SmallVector<unsigned>> bits = bitsOf(op);
    if (failed(bits))
      return failure();
    pins[unitName(op).str()] = {bits->back(), bits->front()};
  }
  return pins;
}

void writeBits(ModuleOp module, const Assignment &bits) {
  Builder builder(module.getContext());
  for (auto [op, widths] : llvm::zip_equal(findUnits(module), bits)) {
    SmallVector<int64_t> values(widths.begin(), widths.end());
    op->setAttr(kBitsAttr, builder.getDenseI64ArrayAttr(values));
  }
}

} // namespace mixq
