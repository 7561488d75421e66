//===- Sensitivity.cpp - What each operand's codes do to the logits -------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Sensitivity.h"

#include "analysis/OperandTrials.h"
#include "analysis/Outcomes.h"
#include "analysis/plan/ModelUnits.h"

#include "llvm/ADT/STLExtras.h"

#include <optional>

using namespace mixq;

namespace {

class SensitivityMeasurement {
public:
  SensitivityMeasurement(Interpreter &interpreter,
                         llvm::ArrayRef<Tensor> images,
                         const SensitivityOptions &options)
      : interpreter(interpreter), options(options),
        units(findUnits(
            interpreter.getFunction()->getParentOfType<mlir::ModuleOp>())),
        trials(interpreter, images, interpreter.threadsOf(options.threads)),
        calibration(interpreter, images, interpreter.threadsOf(options.threads),
                    featureOp()),
        runner(interpreter,
               options.subjects.empty() ? images
                                        : llvm::ArrayRef(options.subjects),
               interpreter.threadsOf(options.threads), featureOp()) {}

  mlir::FailureOr<SensitivityMeasurements> run();

private:
  /// All activations, or all weights, at one width.
  struct JointTrial {
    JointSensitivity measured;
    FakeQuantization quantization;
  };

  mlir::Operation *featureOp();
  mlir::LogicalResult findInnerUnits();
  mlir::LogicalResult setBaseline();
  mlir::LogicalResult start();
  mlir::LogicalResult measureUnit(size_t unit);
  mlir::LogicalResult measurePlace(const OperandPlace &place, bool isInner);
  mlir::FailureOr<OperandSensitivity> measureTrial(const OperandPlace &place,
                                                   const OperandTrial &trial);
  mlir::LogicalResult measureJoint();

  const OperandSensitivity *findKnown(const OperandPlace &place,
                                      unsigned bits) const;
  std::vector<unsigned> widthsToChoose(const OperandPlace &place,
                                       bool isInner) const;
  void record(OperandSensitivity measured, const OperandPlace &place);
  void addToJoint(const OperandSensitivity &measured, const OperandPlace &place,
                  const OperandTrial &trial);

  Interpreter &interpreter;
  const SensitivityOptions &options;
  llvm::SmallVector<CostOpInterface> units;
  OperandTrials trials;
  OutcomeRunner calibration;  ///< runs the images that codes are chosen for
  OutcomeRunner runner;       ///< runs those that effects are measured on
  std::vector<bool> areInner; ///< of units: neither first nor last
  FakeQuantization baseline;
  Outcomes references; ///< at the baseline
  UnitRuns runs;       ///< of `calibration`, before the unit that is measured
  std::vector<Execution> subjectRuns; ///< of `runner` at the baseline, likewise
  SensitivityMeasurements results;
  std::vector<unsigned> jointWidths;
  std::vector<JointTrial> jointTrials;
  int64_t total = 0;
};

} // namespace

/// What computes the head's input.
mlir::Operation *SensitivityMeasurement::featureOp() {
  if (units.empty())
    return nullptr;
  CostOpInterface head = units.back();
  return head->getOperand(head.getQuantizableOperands()[0]).getDefiningOp();
}

mlir::LogicalResult SensitivityMeasurement::findInnerUnits() {
  mlir::func::FuncOp function = interpreter.getFunction();
  if (units.empty())
    return function.emitOpError("expects units to measure, found none");
  auto model = describeUnits(function->getParentOfType<mlir::ModuleOp>());
  if (mlir::failed(model))
    return mlir::failure();
  for (const Unit &unit : model->units)
    areInner.push_back(unit.boundary == Boundary::None);
  return mlir::success();
}

/// The baseline's outcomes are what every measurement is held against. Against
/// the float network each would have the baseline's own divergence in it, more
/// than most operands add at 4 bits; widths would then seem to matter less than
/// they do.
mlir::LogicalResult SensitivityMeasurement::setBaseline() {
  if (options.baseline == SensitivityBaseline::EightBits &&
      mlir::failed(trials.addEightBits(units, baseline)))
    return mlir::failure();
  mlir::FailureOr<Outcomes> outcomes = runner.run(baseline);
  if (mlir::failed(outcomes))
    return mlir::failure();
  references = *std::move(outcomes);
  return mlir::success();
}

mlir::LogicalResult SensitivityMeasurement::start() {
  auto executions = calibration.start();
  auto subjects = runner.start();
  if (mlir::failed(executions) || mlir::failed(subjects))
    return mlir::failure();
  runs.exact = *executions;
  runs.baseline = *std::move(executions);
  subjectRuns = *std::move(subjects);
  for (CostOpInterface unit : units)
    total += unit.getQuantizableOperands().size() * options.bits.size();
  if (!llvm::is_contained(areInner, true))
    return mlir::success();
  jointWidths = options.bits;
  llvm::sort(jointWidths);
  jointWidths.resize(std::min(jointWidths.size(), kJointWidths));
  for (bool isWeight : {false, true})
    for (unsigned bits : jointWidths)
      jointTrials.push_back({{isWeight, bits}, baseline});
  return mlir::success();
}

const OperandSensitivity *
SensitivityMeasurement::findKnown(const OperandPlace &place,
                                  unsigned bits) const {
  llvm::StringRef name = unitName(place.unit);
  for (const OperandSensitivity &one : options.known)
    if (one.unit == name && one.operand == place.position && one.bits == bits)
      return &one;
  return nullptr;
}

void SensitivityMeasurement::record(OperandSensitivity measured,
                                    const OperandPlace &place) {
  measured.isWeight = !place.site;
  results.operands.push_back(std::move(measured));
  if (options.progress)
    options.progress(results.operands.back(), results.operands.size(), total);
}

static const OperandTrial *trialAt(llvm::ArrayRef<OperandTrial> trials,
                                   unsigned bits) {
  const auto *found = llvm::find_if(
      trials, [&](const OperandTrial &one) { return one.bits == bits; });
  return found == trials.end() ? nullptr : found;
}

void SensitivityMeasurement::addToJoint(const OperandSensitivity &measured,
                                        const OperandPlace &place,
                                        const OperandTrial &trial) {
  for (JointTrial &joint : jointTrials)
    if (joint.measured.isWeight == measured.isWeight &&
        joint.measured.bits == measured.bits) {
      joint.measured.divergenceSum += measured.divergence;
      joint.measured.featureErrorSum += measured.featureError;
      trial.apply(place, joint.quantization);
    }
}

mlir::FailureOr<OperandSensitivity>
SensitivityMeasurement::measureTrial(const OperandPlace &place,
                                     const OperandTrial &trial) {
  FakeQuantization quantization = baseline;
  trial.apply(place, quantization);
  auto outcomes = runner.finish(subjectRuns, quantization);
  if (mlir::failed(outcomes))
    return mlir::failure();
  OutcomeDifference difference = compareOutcomes(references, *outcomes);
  return OperandSensitivity{unitName(place.unit).str(),
                            place.position,
                            trial.bits,
                            difference.divergence,
                            difference.featureError,
                            difference.agreement};
}

/// Those to measure, and those that joint measurements need.
std::vector<unsigned>
SensitivityMeasurement::widthsToChoose(const OperandPlace &place,
                                       bool isInner) const {
  std::vector<unsigned> widths;
  for (unsigned bits : options.bits)
    if (!findKnown(place, bits) ||
        (isInner && llvm::is_contained(jointWidths, bits)))
      widths.push_back(bits);
  return widths;
}

mlir::LogicalResult
SensitivityMeasurement::measurePlace(const OperandPlace &place, bool isInner) {
  auto chosen =
      trials.choose(place, widthsToChoose(place, isInner), runs, baseline);
  if (mlir::failed(chosen))
    return mlir::failure();
  for (unsigned bits : options.bits) {
    // Null only where the measurement is known and joint ones do not need it.
    const OperandTrial *trial = trialAt(*chosen, bits);
    const OperandSensitivity *known = findKnown(place, bits);
    mlir::FailureOr<OperandSensitivity> measured =
        known ? *known : measureTrial(place, *trial);
    if (mlir::failed(measured))
      return mlir::failure();
    record(*std::move(measured), place);
    if (isInner && trial)
      addToJoint(results.operands.back(), place, *trial);
  }
  return mlir::success();
}

mlir::LogicalResult SensitivityMeasurement::measureUnit(size_t unit) {
  if (mlir::failed(calibration.advance(runs.exact, units[unit], nullptr)) ||
      mlir::failed(calibration.advance(runs.baseline, units[unit], baseline)) ||
      mlir::failed(runner.advance(subjectRuns, units[unit], baseline)))
    return mlir::failure();
  for (const OperandPlace &place : trials.placesOf(units[unit]))
    if (mlir::failed(measurePlace(place, areInner[unit])))
      return mlir::failure();
  return mlir::success();
}

mlir::LogicalResult SensitivityMeasurement::measureJoint() {
  for (JointTrial &joint : jointTrials) {
    mlir::FailureOr<Outcomes> outcomes = runner.run(joint.quantization);
    if (mlir::failed(outcomes))
      return mlir::failure();
    OutcomeDifference difference = compareOutcomes(references, *outcomes);
    joint.measured.divergence = difference.divergence;
    joint.measured.featureError = difference.featureError;
    results.joint.push_back(joint.measured);
  }
  return mlir::success();
}

mlir::FailureOr<SensitivityMeasurements> SensitivityMeasurement::run() {
  if (mlir::failed(findInnerUnits()) || mlir::failed(trials.observe()) ||
      mlir::failed(setBaseline()) || mlir::failed(start()))
    return mlir::failure();
  for (size_t unit = 0; unit < units.size(); ++unit)
    if (mlir::failed(measureUnit(unit)))
      return mlir::failure();
  if (mlir::failed(measureJoint()))
    return mlir::failure();
  return std::move(results);
}

mlir::FailureOr<SensitivityMeasurements>
mixq::measureSensitivity(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
                         const SensitivityOptions &options) {
  mlir::FailureOr<Interpreter> interpreter = prepareCalibration(module, images);
  if (mlir::failed(interpreter))
    return mlir::failure();
  for (unsigned bits : options.bits)
    if (bits < 2 || bits > 8)
      return module.emitError("expects bits in [2, 8] to measure sensitivity, "
                              "found ")
             << bits;
  return SensitivityMeasurement(*interpreter, images, options).run();
}
