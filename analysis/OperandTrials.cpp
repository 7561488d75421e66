//===- OperandTrials.cpp - One operand of a unit in codes -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/OperandTrials.h"

#include "analysis/Parallel.h"
#include "analysis/WeightQuantizer.h"
#include "dialect/Parameters.h"

#include "llvm/ADT/STLExtras.h"

using namespace mixq;

void OperandTrial::apply(const OperandPlace &place,
                         FakeQuantization &quantization) const {
  if (quantizer) {
    quantization.setQuantizer(*place.operand, *quantizer);
    return;
  }
  quantization.setTensor(*place.operand, weight);
  std::optional<WeightedUnit> unit = weightedUnitOf(place.unit);
  quantization.setTensor(unit->op->getOpOperand(unit->bias), bias);
}

OperandTrials::OperandTrials(const Interpreter &interpreter,
                             llvm::ArrayRef<Tensor> images, unsigned threads)
    : interpreter(interpreter), images(images), threads(threads),
      sites(findCalibrationSites(interpreter.getFunction())),
      strategy(sites, images.size()) {}

mlir::LogicalResult OperandTrials::observe() {
  CalibrationOptions calibration;
  calibration.threads = threads;
  if (mlir::failed(
          runStrategy(interpreter, sites, images, strategy, calibration)))
    return mlir::failure();
  tokenWeights = TokenWeights::measure(interpreter, images, threads);
  return tokenWeights;
}

std::vector<OperandPlace> OperandTrials::placesOf(CostOpInterface unit) const {
  std::vector<OperandPlace> places;
  for (auto [position, number] : llvm::enumerate(unit.getQuantizableOperands()))
    places.push_back({unit, static_cast<unsigned>(position),
                      &unit->getOpOperand(number), std::nullopt});
  for (auto [index, site] : llvm::enumerate(sites))
    for (OperandPlace &place : places)
      if (site.op == unit && site.operand == place.operand->getOperandNumber())
        place.site = index;
  return places;
}

ActivationQuantizer OperandTrials::activationAt(size_t site,
                                                unsigned bits) const {
  QuantizerSpace space = sites[site].space;
  // Only 8-bit codes of a second operand are signed, see spaceOf.
  auto unit = mlir::cast<CostOpInterface>(sites[site].op);
  bool isLast = unit.getQuantizableOperands().back() == sites[site].operand;
  space.bits = bits;
  space.isSymmetric = isLast && bits == 8;
  return strategy.choose(site, space);
}

static mlir::FailureOr<Tensor> parameterOf(mlir::Operation *op,
                                           unsigned operand) {
  return getParameterValue(
      op->getOperand(operand).getDefiningOp<ParameterOp>());
}

static mlir::LogicalResult addEightBitWeight(const WeightedUnit &unit,
                                             FakeQuantization &baseline) {
  mlir::FailureOr<Tensor> weight = parameterOf(unit.op, unit.weight);
  if (mlir::failed(weight))
    return mlir::failure();
  absl::StatusOr<QuantizedWeight> rounded = quantizeWeight(*weight, 8);
  if (!rounded.ok())
    return unit.op->emitOpError(std::string(rounded.status().message()));
  baseline.setTensor(unit.op->getOpOperand(unit.weight),
                     Tensor::of<float>(weight->shape(), rounded->dequantize()));
  return mlir::success();
}

mlir::LogicalResult
OperandTrials::addEightBits(llvm::ArrayRef<CostOpInterface> units,
                            FakeQuantization &baseline) const {
  std::vector<ActivationQuantizer> chosen(sites.size());
  auto choose = [&](int64_t site) {
    chosen[site] = activationAt(site, 8);
    return mlir::success();
  };
  (void)parallelFor(sites.size(), threads, choose);
  for (auto [site, quantizer] : llvm::zip_equal(sites, chosen))
    baseline.setQuantizer(site.op->getOpOperand(site.operand), quantizer);
  for (CostOpInterface unit : units)
    if (auto weighted = weightedUnitOf(unit))
      if (mlir::failed(addEightBitWeight(*weighted, baseline)))
        return mlir::failure();
  return mlir::success();
}

mlir::FailureOr<WeightSample>
OperandTrials::sampleWeight(const WeightedUnit &unit, const UnitRuns &runs,
                            const FakeQuantization &baseline) const {
  WeightSampler sampler(unit, *tokenWeights, images.size());
  auto addOne = [&](int64_t image) {
    auto exactOperands = interpreter.operandsOf(runs.exact[image]);
    auto operands = interpreter.operandsOf(runs.baseline[image]);
    baseline(unit.op, operands);
    sampler.add(image, exactOperands, operands);
    return mlir::success();
  };
  (void)parallelFor(images.size(), threads, addOne);
  mlir::FailureOr<Tensor> weight = parameterOf(unit.op, unit.weight);
  mlir::FailureOr<Tensor> bias = parameterOf(unit.op, unit.bias);
  if (mlir::failed(weight) || mlir::failed(bias))
    return mlir::failure();
  return sampler.take(*weight, *bias);
}

static Tensor tensorOf(mlir::Operation *op, unsigned operand,
                       const std::vector<float> &values) {
  auto type =
      llvm::cast<mlir::RankedTensorType>(op->getOperand(operand).getType());
  return Tensor::of<float>(type.getShape().vec(), values);
}

/// Weights are rounded as the compiler does it, with the bias that goes with
/// them.
mlir::FailureOr<std::vector<OperandTrial>>
OperandTrials::roundWeight(const OperandPlace &place,
                           llvm::ArrayRef<unsigned> bits, const UnitRuns &runs,
                           const FakeQuantization &baseline) const {
  std::optional<WeightedUnit> unit = weightedUnitOf(place.unit);
  if (!unit)
    return place.unit->emitOpError(
        "expects a weight and a bias that are parameters");
  mlir::FailureOr<WeightSample> sample = sampleWeight(*unit, runs, baseline);
  if (mlir::failed(sample))
    return mlir::failure();
  WeightRounder rounder(*sample);
  std::vector<OperandTrial> trials(bits.size());
  auto roundOne = [&](int64_t i) {
    // The activations are the baseline's: float, or 8 bits.
    RoundedWeight rounded =
        rounder.round(RoundingOptions::forBits(/*activationBits=*/8, bits[i]));
    trials[i].bits = bits[i];
    trials[i].weight = tensorOf(unit->op, unit->weight, rounded.dequantized);
    trials[i].bias = tensorOf(unit->op, unit->bias, rounded.bias);
    return mlir::success();
  };
  (void)parallelFor(bits.size(), threads, roundOne);
  return trials;
}

mlir::FailureOr<std::vector<OperandTrial>>
OperandTrials::choose(const OperandPlace &place, llvm::ArrayRef<unsigned> bits,
                      const UnitRuns &runs,
                      const FakeQuantization &baseline) const {
  if (bits.empty())
    return std::vector<OperandTrial>();
  if (!place.site)
    return roundWeight(place, bits, runs, baseline);
  std::vector<OperandTrial> trials(bits.size());
  auto chooseOne = [&](int64_t i) {
    trials[i].bits = bits[i];
    trials[i].quantizer = activationAt(*place.site, bits[i]);
    return mlir::success();
  };
  (void)parallelFor(bits.size(), threads, chooseOne);
  return trials;
}
