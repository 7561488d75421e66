//===- Blocks.cpp - Units and blocks of a network -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Blocks.h"

#include "analysis/plan/ModelUnits.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

using namespace mixq;

llvm::StringRef mixq::unitTypeOf(llvm::StringRef unit) {
  return unit.substr(unit.rfind('.') + 1); // npos + 1 is 0.
}

llvm::DenseSet<mlir::Value> mixq::findDependents(mlir::func::FuncOp function,
                                                 bool constants) {
  llvm::DenseSet<mlir::Value> dependents;
  for (mlir::Value argument : function.getArguments())
    dependents.insert(argument);
  for (mlir::Operation &op : function.getBody().front())
    if (llvm::any_of(op.getOperands(),
                     [&](mlir::Value v) { return dependents.contains(v); }) ||
        (constants && op.getNumOperands() == 0))
      dependents.insert(op.result_begin(), op.result_end());
  return dependents;
}

namespace {

/// A value that alone is alive after the op at `position`.
struct Cut {
  int64_t position;
  mlir::Value value;
};

/// Follows which values are alive from op to op.
class CutFinder {
public:
  explicit CutFinder(mlir::func::FuncOp function)
      : function(function),
        dependents(findDependents(function, /*constants=*/false)) {}

  std::vector<Cut> find() {
    mlir::Block &body = function.getBody().front();
    int64_t position = 0;
    for (mlir::Operation &op : body) {
      for (mlir::Value operand : op.getOperands())
        lastUses[operand] = position;
      ++position;
    }
    for (mlir::Value argument : function.getArguments())
      addIfUsed(argument, -1);
    std::vector<Cut> cuts;
    position = 0;
    for (mlir::Operation &op : body.without_terminator()) {
      addCut(position - 1, cuts);
      for (mlir::Value operand : op.getOperands())
        if (lastUses[operand] == position)
          alive.remove(operand);
      for (mlir::Value result : op.getResults())
        addIfUsed(result, position);
      ++position;
    }
    addCut(position - 1, cuts);
    return cuts;
  }

private:
  void addIfUsed(mlir::Value value, int64_t position) {
    auto found = lastUses.find(value);
    if (dependents.contains(value) && found != lastUses.end() &&
        found->second > position)
      alive.insert(value);
  }
  void addCut(int64_t position, std::vector<Cut> &cuts) const {
    if (alive.size() == 1)
      cuts.push_back({position, alive.front()});
  }

  mlir::func::FuncOp function;
  llvm::DenseSet<mlir::Value> dependents;
  llvm::DenseMap<mlir::Value, int64_t> lastUses;
  llvm::SetVector<mlir::Value> alive;
};

/// The positions of a block's first and last unit.
struct Span {
  int64_t first;
  int64_t last;
};

} // namespace

/// "layers.0.blocks.1" of "layers.0.blocks.1.mlp.fc1", or nothing.
static llvm::StringRef blockNameOf(llvm::StringRef unit) {
  constexpr llvm::StringLiteral kBlocks = "blocks.";
  size_t number = unit.find(kBlocks);
  if (number == llvm::StringRef::npos)
    return {};
  size_t end = unit.find('.', number + kBlocks.size());
  return end == llvm::StringRef::npos ? llvm::StringRef() : unit.substr(0, end);
}

std::vector<NetworkBlock> mixq::findBlocks(mlir::func::FuncOp function) {
  llvm::MapVector<llvm::StringRef, Span> spans;
  int64_t position = 0;
  for (mlir::Operation &op : function.getBody().front()) {
    if (llvm::StringRef name = blockNameOf(unitName(&op)); !name.empty())
      spans.insert({name, {position, position}}).first->second.last = position;
    ++position;
  }
  std::vector<Cut> cuts = CutFinder(function).find();
  std::vector<NetworkBlock> blocks;
  for (auto &entry : spans) {
    Span span = entry.second;
    auto output = llvm::find_if(
        cuts, [=](const Cut &cut) { return cut.position >= span.last; });
    auto input = llvm::find_if(llvm::reverse(cuts), [=](const Cut &cut) {
      return cut.position < span.first;
    });
    if (input != cuts.rend() && output != cuts.end())
      blocks.push_back({entry.first.str(), input->value, output->value});
  }
  return blocks;
}
