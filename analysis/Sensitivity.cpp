//===- Sensitivity.cpp - What each operand's codes do to the logits -------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Sensitivity.h"

#include "analysis/Calibration.h"
#include "analysis/Comparison.h"
#include "analysis/FakeQuantization.h"
#include "analysis/OutputErrorStrategy.h"
#include "analysis/Parallel.h"
#include "analysis/WeightQuantizer.h"
#include "analysis/WeightSampling.h"
#include "dialect/Parameters.h"

#include "llvm/ADT/STLExtras.h"

#include <optional>

using namespace mixq;

namespace {

/// What a run of the network is judged by.
struct Outcome {
  Tensor logits;
  Tensor feature; ///< the head's input, before its codes
};

llvm::ArrayRef<float> elementsOf(const Tensor &tensor) {
  return {tensor.data<float>(), static_cast<size_t>(tensor.size())};
}

double meanSquare(const Tensor &a, const Tensor &b) {
  double sum = 0;
  for (auto [x, y] : llvm::zip_equal(elementsOf(a), elementsOf(b)))
    sum += (double(x) - y) * (double(x) - y);
  return a.size() ? sum / a.size() : 0;
}

/// A quantizable operand of a unit.
struct Place {
  CostOpInterface unit;
  unsigned position; ///< among the quantizable operands
  mlir::OpOperand *operand;
  std::optional<size_t> site; ///< of an activation
};

std::vector<Place> placesOf(CostOpInterface unit,
                            llvm::ArrayRef<CalibrationSite> sites) {
  std::vector<Place> places;
  for (auto [position, number] : llvm::enumerate(unit.getQuantizableOperands()))
    places.push_back({unit, static_cast<unsigned>(position),
                      &unit->getOpOperand(number), std::nullopt});
  for (auto [index, site] : llvm::enumerate(sites))
    for (Place &place : places)
      if (site.op == unit && site.operand == place.operand->getOperandNumber())
        place.site = index;
  return places;
}

class SensitivityMeasurement {
public:
  SensitivityMeasurement(Interpreter &interpreter,
                         llvm::ArrayRef<Tensor> images,
                         const SensitivityOptions &options)
      : interpreter(interpreter), images(images), options(options),
        threads(interpreter.threadsOf(options.threads)),
        sites(findCalibrationSites(interpreter.getFunction())),
        strategy(sites, images.size()) {}

  mlir::FailureOr<std::vector<OperandSensitivity>> run();

private:
  mlir::LogicalResult findUnits();
  mlir::LogicalResult observeSites();
  mlir::LogicalResult setBaseline();
  mlir::LogicalResult runBaseline();
  mlir::LogicalResult start();
  mlir::LogicalResult measureUnit(CostOpInterface unit);
  mlir::LogicalResult measurePlace(const Place &place);
  mlir::LogicalResult measureWeight(const Place &place);
  mlir::LogicalResult measureBits(const Place &place, unsigned bits,
                                  const FakeQuantization &trial);
  const OperandSensitivity *findKnown(const Place &place, unsigned bits) const;
  void record(const OperandSensitivity &measured);

  ActivationQuantizer activationAt(size_t site, unsigned bits) const;
  mlir::FailureOr<WeightSample> sampleWeight(const WeightedUnit &unit);
  mlir::FailureOr<Outcome> finish(Execution execution,
                                  OperandOverride override) const;
  mlir::LogicalResult advanceAll(std::vector<Execution> &executions,
                                 mlir::Operation *until,
                                 OperandOverride override);

  Interpreter &interpreter;
  llvm::ArrayRef<Tensor> images;
  const SensitivityOptions &options;
  const unsigned threads;
  std::vector<CalibrationSite> sites;
  OutputErrorStrategy strategy;
  mlir::FailureOr<TokenWeights> tokenWeights = mlir::failure();
  mlir::Operation *featureOp = nullptr; ///< what computes the head's input
  std::vector<CostOpInterface> units;
  FakeQuantization baseline;
  std::vector<Outcome> references; ///< by image, at the baseline
  /// By image, before the unit that is measured: of the float network and of
  /// the network at the baseline.
  std::vector<Execution> exactRuns, baselineRuns;
  std::vector<OperandSensitivity> results;
  int64_t total = 0;
};

} // namespace

static std::string nameOf(CostOpInterface unit) {
  return unit->getAttrOfType<mlir::StringAttr>("unit").str();
}

mlir::FailureOr<Outcome>
SensitivityMeasurement::finish(Execution execution,
                               OperandOverride override) const {
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

mlir::LogicalResult SensitivityMeasurement::findUnits() {
  interpreter.getFunction().walk([&](CostOpInterface unit) {
    if (unit->hasAttrOfType<mlir::StringAttr>("unit"))
      units.push_back(unit);
  });
  if (units.empty())
    return interpreter.getFunction().emitOpError(
        "expects units to measure, found none");
  CostOpInterface head = units.back();
  featureOp =
      head->getOperand(head.getQuantizableOperands()[0]).getDefiningOp();
  return mlir::success();
}

mlir::LogicalResult SensitivityMeasurement::observeSites() {
  CalibrationOptions calibration;
  calibration.threads = options.threads;
  if (mlir::failed(
          runStrategy(interpreter, sites, images, strategy, calibration)))
    return mlir::failure();
  tokenWeights = TokenWeights::measure(interpreter, images, threads);
  return tokenWeights;
}

ActivationQuantizer SensitivityMeasurement::activationAt(size_t site,
                                                         unsigned bits) const {
  QuantizerSpace space = sites[site].space;
  // Only 8-bit codes of a second operand are signed, see spaceOf.
  auto unit = mlir::cast<CostOpInterface>(sites[site].op);
  bool isLast = unit.getQuantizableOperands().back() == sites[site].operand;
  space.bits = bits;
  space.isSymmetric = isLast && bits == 8;
  return strategy.choose(site, space);
}

/// Every operand at 8 bits, the weights to nearest.
mlir::LogicalResult SensitivityMeasurement::setBaseline() {
  if (options.baseline == SensitivityBaseline::Float)
    return mlir::success();
  std::vector<ActivationQuantizer> chosen(sites.size());
  auto choose = [&](int64_t site) {
    chosen[site] = activationAt(site, 8);
    return mlir::success();
  };
  (void)parallelFor(sites.size(), threads, choose);
  for (auto [site, quantizer] : llvm::zip_equal(sites, chosen))
    baseline.setQuantizer(site.op->getOpOperand(site.operand), quantizer);
  for (CostOpInterface unit : units)
    if (auto weighted = weightedUnitOf(unit)) {
      auto weight = getParameterValue(
          unit->getOperand(weighted->weight).getDefiningOp<ParameterOp>());
      if (mlir::failed(weight))
        return mlir::failure();
      absl::StatusOr<QuantizedWeight> rounded = quantizeWeight(*weight, 8);
      if (!rounded.ok())
        return unit->emitOpError(std::string(rounded.status().message()));
      baseline.setTensor(
          unit->getOpOperand(weighted->weight),
          Tensor::of<float>(weight->shape(), rounded->dequantize()));
    }
  return mlir::success();
}

/// What every measurement is held against. Against the float network each would
/// have the baseline's own divergence in it, more than most operands add at 4
/// bits; widths would then seem to matter less than they do.
mlir::LogicalResult SensitivityMeasurement::runBaseline() {
  references.resize(images.size());
  auto runOne = [&](int64_t image) -> mlir::LogicalResult {
    mlir::FailureOr<Execution> execution = interpreter.start(images[image]);
    if (mlir::failed(execution))
      return mlir::failure();
    auto outcome = finish(*std::move(execution), baseline);
    if (mlir::failed(outcome))
      return mlir::failure();
    references[image] = *std::move(outcome);
    return mlir::success();
  };
  return parallelFor(images.size(), threads, runOne);
}

mlir::LogicalResult SensitivityMeasurement::start() {
  for (const Tensor &image : images) {
    mlir::FailureOr<Execution> execution = interpreter.start(image);
    if (mlir::failed(execution))
      return mlir::failure();
    exactRuns.push_back(*execution);
    baselineRuns.push_back(*std::move(execution));
  }
  return mlir::success();
}

mlir::LogicalResult
SensitivityMeasurement::advanceAll(std::vector<Execution> &executions,
                                   mlir::Operation *until,
                                   OperandOverride override) {
  return parallelFor(executions.size(), threads, [&](int64_t image) {
    return interpreter.advance(executions[image], until, nullptr, override);
  });
}

const OperandSensitivity *
SensitivityMeasurement::findKnown(const Place &place, unsigned bits) const {
  std::string name = nameOf(place.unit);
  auto found = llvm::find_if(options.known, [&](const OperandSensitivity &one) {
    return one.unit == name && one.operand == place.position &&
           one.bits == bits;
  });
  return found == options.known.end() ? nullptr : &*found;
}

void SensitivityMeasurement::record(const OperandSensitivity &measured) {
  results.push_back(measured);
  if (options.progress)
    options.progress(measured, results.size(), total);
}

mlir::LogicalResult
SensitivityMeasurement::measureBits(const Place &place, unsigned bits,
                                    const FakeQuantization &trial) {
  std::vector<Outcome> outcomes(images.size());
  auto runOne = [&](int64_t image) -> mlir::LogicalResult {
    auto outcome = finish(baselineRuns[image], trial);
    if (mlir::failed(outcome))
      return mlir::failure();
    outcomes[image] = *std::move(outcome);
    return mlir::success();
  };
  if (mlir::failed(parallelFor(images.size(), threads, runOne)))
    return mlir::failure();
  LogitDifference difference;
  double featureError = 0;
  for (auto [a, b] : llvm::zip_equal(references, outcomes)) {
    difference.add(elementsOf(a.logits), elementsOf(b.logits));
    // The head itself cannot change its input.
    if (a.feature.size() == b.feature.size())
      featureError += meanSquare(a.feature, b.feature) / images.size();
  }
  record({nameOf(place.unit), place.position, bits, difference.meanDivergence(),
          featureError, difference.agreement()});
  return mlir::success();
}

mlir::FailureOr<WeightSample>
SensitivityMeasurement::sampleWeight(const WeightedUnit &unit) {
  WeightSampler sampler(unit, *tokenWeights, images.size());
  auto addOne = [&](int64_t image) {
    auto exactOperands = interpreter.operandsOf(exactRuns[image]);
    auto operands = interpreter.operandsOf(baselineRuns[image]);
    baseline(unit.op, operands);
    sampler.add(image, exactOperands, operands);
    return mlir::success();
  };
  (void)parallelFor(images.size(), threads, addOne);
  auto weight = getParameterValue(
      unit.op->getOperand(unit.weight).getDefiningOp<ParameterOp>());
  auto bias = getParameterValue(
      unit.op->getOperand(unit.bias).getDefiningOp<ParameterOp>());
  if (mlir::failed(weight) || mlir::failed(bias))
    return mlir::failure();
  return sampler.take(*weight, *bias);
}

/// Weights are rounded as the compiler does it, with the bias that goes with
/// them.
mlir::LogicalResult SensitivityMeasurement::measureWeight(const Place &place) {
  std::optional<WeightedUnit> unit = weightedUnitOf(place.unit);
  if (!unit)
    return place.unit->emitOpError(
        "expects a weight and a bias that are parameters");
  mlir::FailureOr<WeightSample> sample = sampleWeight(*unit);
  if (mlir::failed(sample))
    return mlir::failure();
  WeightRounder rounder(*sample);
  std::vector<std::optional<RoundedWeight>> rounded(options.bits.size());
  auto roundOne = [&](int64_t i) {
    RoundingOptions rounding;
    rounding.bits = options.bits[i];
    if (!findKnown(place, rounding.bits))
      rounded[i] = rounder.round(rounding);
    return mlir::success();
  };
  (void)parallelFor(options.bits.size(), threads, roundOne);
  for (auto [bits, weight] : llvm::zip_equal(options.bits, rounded)) {
    if (!weight) {
      record(*findKnown(place, bits));
      continue;
    }
    FakeQuantization trial = baseline;
    auto shapeOf = [](mlir::OpOperand &operand) {
      return llvm::cast<mlir::RankedTensorType>(operand.get().getType())
          .getShape()
          .vec();
    };
    mlir::OpOperand &bias = unit->op->getOpOperand(unit->bias);
    trial.setTensor(*place.operand, Tensor::of<float>(shapeOf(*place.operand),
                                                      weight->dequantized));
    trial.setTensor(bias, Tensor::of<float>(shapeOf(bias), weight->bias));
    if (mlir::failed(measureBits(place, bits, trial)))
      return mlir::failure();
  }
  return mlir::success();
}

mlir::LogicalResult SensitivityMeasurement::measurePlace(const Place &place) {
  if (!place.site)
    return measureWeight(place);
  std::vector<ActivationQuantizer> chosen(options.bits.size());
  auto choose = [&](int64_t i) {
    if (!findKnown(place, options.bits[i]))
      chosen[i] = activationAt(*place.site, options.bits[i]);
    return mlir::success();
  };
  (void)parallelFor(options.bits.size(), threads, choose);
  for (auto [bits, quantizer] : llvm::zip_equal(options.bits, chosen)) {
    if (const OperandSensitivity *known = findKnown(place, bits)) {
      record(*known);
      continue;
    }
    FakeQuantization trial = baseline;
    trial.setQuantizer(*place.operand, quantizer);
    if (mlir::failed(measureBits(place, bits, trial)))
      return mlir::failure();
  }
  return mlir::success();
}

mlir::LogicalResult SensitivityMeasurement::measureUnit(CostOpInterface unit) {
  if (mlir::failed(advanceAll(exactRuns, unit, nullptr)) ||
      mlir::failed(advanceAll(baselineRuns, unit, baseline)))
    return mlir::failure();
  for (const Place &place : placesOf(unit, sites))
    if (mlir::failed(measurePlace(place)))
      return mlir::failure();
  return mlir::success();
}

mlir::FailureOr<std::vector<OperandSensitivity>> SensitivityMeasurement::run() {
  if (mlir::failed(findUnits()) || mlir::failed(observeSites()) ||
      mlir::failed(setBaseline()) || mlir::failed(runBaseline()) ||
      mlir::failed(start()))
    return mlir::failure();
  for (CostOpInterface unit : units)
    total += unit.getQuantizableOperands().size() * options.bits.size();
  for (CostOpInterface unit : units)
    if (mlir::failed(measureUnit(unit)))
      return mlir::failure();
  return std::move(results);
}

mlir::FailureOr<std::vector<OperandSensitivity>>
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
