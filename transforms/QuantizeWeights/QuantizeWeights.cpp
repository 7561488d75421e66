//===- QuantizeWeights.cpp - Codes of weights by their outputs ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/QuantizeWeights/QuantizeWeights.h"

#include "analysis/Calibration.h"
#include "analysis/FakeQuantization.h"
#include "analysis/ImageArchive.h"
#include "analysis/Parallel.h"
#include "analysis/WeightSampling.h"
#include "transforms/Parameters.h"

namespace mixq {
#define GEN_PASS_DEF_QUANTIZEWEIGHTS
#include "transforms/QuantizeWeights/QuantizeWeights.h.inc"
} // namespace mixq

using namespace mlir;

namespace mixq {
namespace {

std::vector<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape().vec();
}

LogicalResult checkFinite(const WeightedUnit &unit, const Tensor &weight) {
  const auto *values = weight.data<float>();
  for (int64_t i = 0; i < weight.size(); ++i)
    if (!std::isfinite(values[i]))
      return unit.op->emitOpError("expects finite weights, found ")
             << values[i] << " at element " << i;
  return success();
}

/// Two networks on all images, both before the same unit: the float one, and
/// the one with the codes chosen so far.
class Quantization {
public:
  Quantization(const Interpreter &interpreter, ArrayRef<Tensor> images,
               const QuantizeWeightsConfig &config)
      : interpreter(interpreter), images(images), config(config),
        threads(interpreter.threadsOf(config.threads)) {}

  LogicalResult run();
  /// Writes the choices into the IR, which ends the interpreter's use.
  void apply();

private:
  LogicalResult start();
  LogicalResult roundUnit(const WeightedUnit &unit);
  FailureOr<WeightSample> sample(const WeightedUnit &unit);
  RoundingOptions optionsFor(const WeightedUnit &unit) const;

  const Interpreter &interpreter;
  ArrayRef<Tensor> images;
  const QuantizeWeightsConfig &config;
  const unsigned threads;
  std::vector<WeightedUnit> units;
  FailureOr<TokenWeights> tokenWeights = failure();
  FakeQuantization codes;
  std::vector<Execution> exactRuns, runs; ///< by image
  std::vector<RoundedWeight> rounded;     ///< by unit
};

LogicalResult Quantization::start() {
  func::FuncOp function = interpreter.getFunction();
  function.walk([&](Operation *op) {
    if (std::optional<WeightedUnit> unit = weightedUnitOf(op))
      units.push_back(*unit);
  });
  if (failed(setActivationQuantizers(function, codes)))
    return failure();
  tokenWeights = TokenWeights::measure(interpreter, images, threads);
  if (failed(tokenWeights))
    return failure();
  for (const Tensor &image : images) {
    FailureOr<Execution> execution = interpreter.start(image);
    if (failed(execution))
      return failure();
    exactRuns.push_back(*execution);
    runs.push_back(*std::move(execution));
  }
  return success();
}

FailureOr<WeightSample> Quantization::sample(const WeightedUnit &unit) {
  WeightSampler sampler(unit, *tokenWeights, images.size());
  auto runOne = [&](int64_t image) -> LogicalResult {
    if (failed(interpreter.advance(exactRuns[image], unit.op)) ||
        failed(interpreter.advance(runs[image], unit.op, nullptr, codes)))
      return failure();
    SmallVector<Tensor> operands = interpreter.operandsOf(runs[image]);
    codes(unit.op, operands);
    sampler.add(image, interpreter.operandsOf(exactRuns[image]), operands);
    return success();
  };
  if (failed(parallelFor(images.size(), threads, runOne)))
    return failure();
  FailureOr<Tensor> weight = readParameter(unit.op->getOperand(unit.weight));
  FailureOr<Tensor> bias = readParameter(unit.op->getOperand(unit.bias));
  if (failed(weight) || failed(bias) || failed(checkFinite(unit, *weight)))
    return failure();
  return sampler.take(*weight, *bias);
}

RoundingOptions Quantization::optionsFor(const WeightedUnit &unit) const {
  RoundingOptions options =
      RoundingOptions::forBits(unit.activationBits, unit.weightBits);
  options.compensates = config.compensates;
  if (options.ridge > 0 && config.ridge >= 0)
    options.ridge = config.ridge;
  if (options.damping > 0 && config.damping >= 0)
    options.damping = config.damping;
  return options;
}

LogicalResult Quantization::roundUnit(const WeightedUnit &unit) {
  FailureOr<WeightSample> tokens = sample(unit);
  if (failed(tokens))
    return failure();
  RoundedWeight weight =
      WeightRounder(*tokens).round(optionsFor(unit), threads);
  OpOperand &weightOperand = unit.op->getOpOperand(unit.weight);
  OpOperand &biasOperand = unit.op->getOpOperand(unit.bias);
  codes.setTensor(weightOperand, Tensor::of<float>(shapeOf(weightOperand.get()),
                                                   weight.dequantized));
  codes.setTensor(biasOperand,
                  Tensor::of<float>(shapeOf(biasOperand.get()), weight.bias));
  weight.dequantized.clear();
  rounded.push_back(std::move(weight));
  return success();
}

LogicalResult Quantization::run() {
  if (failed(start()))
    return failure();
  for (auto [index, unit] : llvm::enumerate(units)) {
    if (failed(roundUnit(unit)))
      return failure();
    if (config.progress)
      config.progress(index + 1, units.size());
  }
  return success();
}

/// dequantize(codes) and the corrected bias.
void replace(const WeightedUnit &unit, const RoundedWeight &rounded) {
  OpBuilder builder(unit.op);
  Location loc = unit.op->getLoc();
  Value weight = unit.op->getOperand(unit.weight);
  Value bias = unit.op->getOperand(unit.bias);
  std::string name = parameterName(weight, "weight");
  auto codeType = QuantizedType::get(builder.getContext(), unit.weightBits == 8,
                                     unit.weightBits, /*axis=*/0u);
  Value codes =
      makeParameter(builder, loc, name + ".codes",
                    rounded.codes.reshaped(shapeOf(weight)), codeType);
  Value scales = makeParameter(builder, loc, name + ".scale", rounded.scales,
                               builder.getF32Type());
  Value zeroPoints = makeParameter(builder, loc, name + ".zero_point",
                                   rounded.zeroPoints, builder.getI32Type());
  unit.op->setOperand(unit.weight,
                      builder.create<DequantizeOp>(loc, weight.getType(), codes,
                                                   scales, zeroPoints));
  unit.op->setOperand(unit.bias,
                      makeParameter(builder, loc,
                                    parameterName(bias, "bias") + ".corrected",
                                    rounded.bias));
}

void Quantization::apply() {
  for (auto [unit, weight] : llvm::zip_equal(units, rounded))
    replace(unit, weight);
}

struct QuantizeWeightsPass : impl::QuantizeWeightsBase<QuantizeWeightsPass> {
  using QuantizeWeightsBase::QuantizeWeightsBase;

  void runOnOperation() override {
    QuantizeWeightsConfig config;
    config.compensates = compensate;
    config.ridge = ridge;
    config.damping = damping;
    FailureOr<std::vector<Tensor>> read =
        readImageArchive(getOperation(), images);
    if (failed(read) ||
        failed(mixq::quantizeWeights(getOperation(), *read, config)))
      signalPassFailure();
  }
};

} // namespace

LogicalResult quantizeWeights(ModuleOp module, ArrayRef<Tensor> images,
                              const QuantizeWeightsConfig &config) {
  FailureOr<Interpreter> interpreter = prepareCalibration(module, images);
  if (failed(interpreter))
    return failure();
  Quantization quantization(*interpreter, images, config);
  if (failed(quantization.run()))
    return failure();
  quantization.apply();
  return success();
}

} // namespace mixq
