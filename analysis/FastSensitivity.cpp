//===- FastSensitivity.cpp - Sensitivity estimated by a walk back ---------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/FastSensitivity.h"

#include "analysis/Fisher.h"
#include "analysis/OperandTrials.h"
#include "analysis/Outcomes.h"
#include "analysis/plan/ModelUnits.h"

#include <map>
#include <tuple>

using namespace mixq;

namespace {

/// What every operand becomes at each width.
class QuantizedOperands {
public:
  QuantizedOperands(const Interpreter &interpreter,
                    llvm::ArrayRef<Tensor> images, unsigned threads)
      : units(findUnits(
            interpreter.getFunction()->getParentOfType<mlir::ModuleOp>())),
        trials(interpreter, images, threads),
        runner(interpreter, images, threads, /*featureOp=*/nullptr) {}

  /// Unit by unit; `report` as in estimateSensitivityFast().
  mlir::LogicalResult
  choose(llvm::ArrayRef<unsigned> bits,
         llvm::function_ref<void(int64_t done, int64_t total)> report) {
    mlir::FailureOr<std::vector<Execution>> executions = runner.start();
    if (mlir::failed(executions) || mlir::failed(trials.observe()))
      return mlir::failure();
    UnitRuns runs = {*executions, *executions};
    for (auto [index, unit] : llvm::enumerate(units)) {
      if (mlir::failed(chooseUnit(unit, bits, runs)))
        return mlir::failure();
      if (report)
        report(index + 1, units.size());
    }
    return mlir::success();
  }

  /// An OperandQuantizer.
  Tensor operator()(mlir::Operation *unit, unsigned operand, unsigned bits,
                    const Tensor &value) const {
    const OperandTrial &trial = chosen.at({unit, operand, bits});
    return trial.quantizer ? roundTrip(*trial.quantizer, value) : trial.weight;
  }

private:
  using Key = std::tuple<mlir::Operation *, unsigned, unsigned>;

  /// Codes are chosen for inputs as the float network has them.
  mlir::LogicalResult chooseUnit(CostOpInterface unit,
                                 llvm::ArrayRef<unsigned> bits,
                                 UnitRuns &runs) {
    if (mlir::failed(runner.advance(runs.exact, unit, nullptr)))
      return mlir::failure();
    runs.baseline = runs.exact;
    for (const OperandPlace &place : trials.placesOf(unit)) {
      auto found = trials.choose(place, bits, runs, FakeQuantization());
      if (mlir::failed(found))
        return mlir::failure();
      for (OperandTrial &trial : *found)
        chosen[{unit, place.position, trial.bits}] = std::move(trial);
    }
    return mlir::success();
  }

  llvm::SmallVector<CostOpInterface> units;
  OperandTrials trials;
  OutcomeRunner runner;
  std::map<Key, OperandTrial> chosen;
};

} // namespace

mlir::FailureOr<std::vector<OperandSensitivity>> mixq::estimateSensitivityFast(
    mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
    const SensitivityOptions &options,
    llvm::function_ref<void(int64_t done, int64_t total)> report) {
  mlir::FailureOr<Interpreter> interpreter = prepareCalibration(module, images);
  if (mlir::failed(interpreter))
    return mlir::failure();
  QuantizedOperands quantized(*interpreter, images,
                              interpreter->threadsOf(options.threads));
  if (mlir::failed(quantized.choose(options.bits, report)))
    return mlir::failure();
  FisherOptions fisher;
  fisher.threads = options.threads;
  auto estimates = estimateSensitivity(
      module,
      options.subjects.empty() ? images : llvm::ArrayRef(options.subjects),
      options.bits,
      [&](mlir::Operation *unit, unsigned operand, unsigned width,
          const Tensor &value) {
        return quantized(unit, operand, width, value);
      },
      fisher);
  if (mlir::failed(estimates))
    return mlir::failure();
  std::vector<OperandSensitivity> result;
  for (const FisherSensitivity &estimate : *estimates)
    result.push_back({estimate.unit, estimate.operand, estimate.bits,
                      estimate.divergence, estimate.divergence,
                      /*agreement=*/1});
  return result;
}
