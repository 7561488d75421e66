//===- FastSensitivity.cpp - Sensitivity estimated by a walk back ---------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/FastSensitivity.h"

#include "analysis/Calibration.h"
#include "analysis/FakeQuantization.h"
#include "analysis/Fisher.h"
#include "analysis/WeightQuantizer.h"
#include "dialect/Bits.h"
#include "dialect/Parameters.h"

#include <map>
#include <tuple>

using namespace mixq;

namespace {

/// What every operand becomes at each width. Filled width by width, then only
/// read.
class QuantizedOperands {
public:
  QuantizedOperands(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
                    unsigned threads)
      : module(module), images(images) {
    calibration.threads = threads;
    module.walk([&](CostOpInterface op) {
      if (op->hasAttrOfType<mlir::StringAttr>("unit"))
        units.push_back(op);
    });
  }

  /// Calibrates all operands at one width.
  mlir::LogicalResult add(unsigned bits) {
    mlir::Builder builder(module.getContext());
    for (CostOpInterface unit : units) {
      llvm::SmallVector<int64_t> widths(unit.getQuantizableOperands().size(),
                                        bits);
      unit->setAttr(kBitsAttr, builder.getDenseI64ArrayAttr(widths));
    }
    if (mlir::failed(annotateCalibration(module, images, calibration)))
      return mlir::failure();
    for (CostOpInterface unit : units) {
      if (mlir::failed(collect(unit, bits)))
        return mlir::failure();
      unit->removeAttr(kBitsAttr);
      unit->removeAttr(kActivationsAttr);
    }
    return mlir::success();
  }

  /// An OperandQuantizer.
  Tensor operator()(mlir::Operation *unit, unsigned operand, unsigned bits,
                    const Tensor &value) const {
    const Key key = {unit, operand, bits};
    if (auto weight = weights.find(key); weight != weights.end())
      return weight->second;
    return roundTrip(activations.at(key), value);
  }

private:
  using Key = std::tuple<mlir::Operation *, unsigned, unsigned>;

  mlir::LogicalResult collect(CostOpInterface unit, unsigned bits) {
    auto entries = unit->getAttrOfType<mlir::ArrayAttr>(kActivationsAttr);
    size_t next = 0;
    for (auto [position, index] :
         llvm::enumerate(unit.getQuantizableOperands())) {
      const Key key = {unit, position, bits};
      auto parameter = unit->getOperand(index).getDefiningOp<ParameterOp>();
      if (parameter) {
        if (mlir::failed(addWeight(key, parameter)))
          return mlir::failure();
        continue;
      }
      auto quantizer = entries && next < entries.size()
                           ? quantizerOf(entries[next++])
                           : std::nullopt;
      if (!quantizer)
        return unit->emitOpError("expects a quantizer for each activation, "
                                 "found none for operand ")
               << index;
      activations.insert({key, *quantizer});
    }
    return mlir::success();
  }

  mlir::LogicalResult addWeight(const Key &key, ParameterOp parameter) {
    mlir::FailureOr<Tensor> weight = getParameterValue(parameter);
    if (mlir::failed(weight))
      return mlir::failure();
    absl::StatusOr<QuantizedWeight> quantized =
        quantizeWeight(*weight, std::get<2>(key));
    if (!quantized.ok())
      return parameter.emitOpError(std::string(quantized.status().message()));
    weights[key] = Tensor::of<float>(weight->shape(), quantized->dequantize());
    return mlir::success();
  }

  mlir::ModuleOp module;
  llvm::ArrayRef<Tensor> images;
  CalibrationOptions calibration;
  std::vector<CostOpInterface> units;
  std::map<Key, ActivationQuantizer> activations;
  std::map<Key, Tensor> weights;
};

} // namespace

mlir::FailureOr<std::vector<OperandSensitivity>> mixq::estimateSensitivityFast(
    mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
    llvm::ArrayRef<unsigned> bits, unsigned threads,
    std::function<void(int64_t done, int64_t total)> report) {
  QuantizedOperands quantized(module, images, threads);
  for (auto [index, width] : llvm::enumerate(bits)) {
    if (mlir::failed(quantized.add(width)))
      return mlir::failure();
    if (report)
      report(index + 1, bits.size());
  }
  FisherOptions options;
  options.threads = threads;
  auto estimates = estimateSensitivity(
      module, images, bits,
      [&](mlir::Operation *unit, unsigned operand, unsigned width,
          const Tensor &value) {
        return quantized(unit, operand, width, value);
      },
      options);
  if (mlir::failed(estimates))
    return mlir::failure();
  std::vector<OperandSensitivity> result;
  for (const FisherSensitivity &estimate : *estimates)
    result.push_back({estimate.unit, estimate.operand, estimate.bits,
                      estimate.divergence, estimate.divergence,
                      /*agreement=*/1});
  return result;
}
