//===- RelevanceDump.cpp - Relevance at every unit, to look at ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/RelevanceDump.h"

#include "analysis/Blocks.h"
#include "analysis/TensorTypes.h"
#include "analysis/plan/ModelUnits.h"

using namespace mixq;

namespace {

class Dump {
public:
  Dump(mlir::func::FuncOp function, int64_t images)
      : activations(findDependents(function, /*constants=*/false)),
        images(images) {
    for (const NetworkBlock &block : findBlocks(function)) {
      borders[block.input].push_back(block.name + ".input");
      borders[block.output].push_back(block.name + ".output");
    }
  }

  void beginImage(int64_t index) { image = index; }
  void add(const BackwardStep &step);
  void addArguments(mlir::func::FuncOp function, const ValueFlows &ends);
  void store(const std::string &name, const Tensor &value);

  Archive archive;

private:
  void storeBorders(mlir::Value value, const Tensor &relevance);

  llvm::DenseSet<mlir::Value> activations;
  llvm::DenseMap<mlir::Value, std::vector<std::string>> borders;
  int64_t images;
  int64_t image = 0;
};

/// Into the slice of the image.
void Dump::store(const std::string &name, const Tensor &value) {
  std::vector<int64_t> shape = value.shape();
  if (shape.size() <= 2 && shape[0] == 1)
    shape.erase(shape.begin());
  shape.insert(shape.begin(), images);
  auto to = archive.tensors.try_emplace(name, DataType::F32, shape).first;
  float *slice = to->second.mutableData<float>() + image * value.size();
  for (int64_t i = 0, n = value.size(); i < n; ++i)
    slice[i] = static_cast<float>(value.data<double>()[i]);
}

void Dump::storeBorders(mlir::Value value, const Tensor &relevance) {
  if (auto found = borders.find(value); found != borders.end())
    for (const std::string &name : found->second)
      store(name, relevance);
}

void Dump::add(const BackwardStep &step) {
  for (auto [result, relevance] :
       llvm::zip_equal(step.entry.op->getResults(), step.flows))
    storeBorders(result, relevance);
  auto unit = llvm::dyn_cast<CostOpInterface>(step.entry.op);
  if (!unit || unitName(unit).empty())
    return;
  std::string name = unitName(unit).str();
  store(name + ".output", step.flows[0]);
  llvm::SmallVector<unsigned> inputs;
  for (unsigned operand : unit.getQuantizableOperands())
    if (activations.contains(unit->getOperand(operand)))
      inputs.push_back(operand);
  for (auto [index, operand] : llvm::enumerate(inputs))
    store(name + ".input" + (inputs.size() > 1 ? std::to_string(index) : ""),
          step.operandFlows[operand]);
}

void Dump::addArguments(mlir::func::FuncOp function, const ValueFlows &ends) {
  for (mlir::Value argument : function.getArguments())
    if (auto found = ends.find(argument); found != ends.end())
      storeBorders(argument, found->second);
}

} // namespace

mlir::FailureOr<Archive> mixq::dumpRelevance(mlir::ModuleOp module,
                                             llvm::ArrayRef<Tensor> images,
                                             const RelevanceOptions &options) {
  auto interpreter = prepareBackward(module, images, DataType::F64);
  if (mlir::failed(interpreter))
    return mlir::failure();
  Dump dump(interpreter->getFunction(), images.size());
  for (auto [index, image] : llvm::enumerate(images)) {
    mlir::FailureOr<Tape> tape = record(*interpreter, toDouble(image));
    if (mlir::failed(tape))
      return mlir::failure();
    mlir::FailureOr<int64_t> target = explainedClass(*tape, options, index);
    if (mlir::failed(target))
      return mlir::failure();
    dump.beginImage(index);
    auto ends = propagateRelevance(
        *tape, *target, [&](const BackwardStep &step) { dump.add(step); });
    if (mlir::failed(ends))
      return mlir::failure();
    dump.addArguments(tape->function, *ends);
    dump.store("target",
               Tensor::of<double>({1}, {static_cast<double>(*target)}));
    if (options.progress)
      options.progress(index + 1, images.size());
  }
  return std::move(dump.archive);
}
