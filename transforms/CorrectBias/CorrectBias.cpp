//===- CorrectBias.cpp - Take the mean error out of the output ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/CorrectBias/CorrectBias.h"

#include "analysis/Calibration.h"
#include "analysis/ImageArchive.h"
#include "analysis/OutputErrorStrategy.h"
#include "analysis/WeightQuantizer.h"
#include "dialect/Bits.h"
#include "transforms/Parameters.h"

namespace mixq {
#define GEN_PASS_DEF_CORRECTBIAS
#include "transforms/CorrectBias/CorrectBias.h.inc"
} // namespace mixq

using namespace mlir;

namespace mixq {
namespace {

/// The bias of a product with a weight: its one operand that gets no codes.
OpOperand *findBias(Operation *op) {
  auto unit = cast<CostOpInterface>(op);
  SmallVector<unsigned> quantized = unit.getQuantizableOperands();
  OpOperand *bias = nullptr;
  for (OpOperand &operand : op->getOpOperands()) {
    if (llvm::is_contained(quantized, operand.getOperandNumber()))
      continue;
    if (bias || !isParameter(operand.get()))
      return nullptr;
    bias = &operand;
  }
  return bias;
}

bool hasWeightAndBias(const CalibrationSite &site) {
  auto unit = cast<CostOpInterface>(site.op);
  bool hasWeight =
      llvm::any_of(unit.getQuantizableOperands(), [&](unsigned operand) {
        return isParameter(site.op->getOperand(operand));
      });
  return isa<ProductOpInterface>(site.op) && hasWeight && findBias(site.op);
}

/// The quantizer of the only activation of a product with a weight.
FailureOr<ActivationQuantizer> readQuantizer(const CalibrationSite &site) {
  auto activations = site.op->getAttrOfType<ArrayAttr>(kActivationsAttr);
  if (activations && activations.size() == 1)
    if (std::optional<ActivationQuantizer> quantizer =
            quantizerOf(activations[0]))
      return *std::move(quantizer);
  return site.op->emitOpError("expects `mixq.activations` with one quantizer: "
                              "bias correction comes after calibration");
}

using Vector = std::vector<double>;

/// sum_t v_t x_t / sum_t v_t, by column.
Vector weightedMean(const ProductSample &sample,
                    const std::vector<float> &rows) {
  Vector mean(sample.columns);
  double total = 0;
  for (int64_t row = 0; row < sample.rowCount(); ++row) {
    const float *x = rows.data() + row * sample.columns;
    double weight = sample.rowWeights[row];
    for (int64_t c = 0; c < sample.columns; ++c)
      mean[c] += weight * x[c];
    total += weight;
  }
  for (double &element : mean)
    element /= total;
  return mean;
}

/// What the weighted mean of the output lost. A product is linear, so it is a
/// product of the means: W mean(x) - W^ mean(x^).
absl::StatusOr<Vector> meanLoss(const ProductSample &sample,
                                const ActivationQuantizer &quantizer,
                                unsigned weightBits) {
  int64_t columns = sample.columns, rows = sample.otherCount();
  absl::StatusOr<QuantizedWeight> quantized = quantizeWeight(
      Tensor::of<float>({rows, columns}, sample.other), weightBits);
  if (!quantized.ok())
    return quantized.status();
  std::vector<float> weight = quantized->dequantize();
  std::vector<float> codedRows(sample.rows.size());
  roundTrip(quantizer, sample.rows.data(), codedRows.size(), codedRows.data());
  Vector exact = weightedMean(sample, sample.rows);
  Vector coded = weightedMean(sample, codedRows);
  Vector loss(rows);
  for (int64_t n = 0; n < rows; ++n)
    for (int64_t c = 0; c < columns; ++c)
      loss[n] += sample.other[n * columns + c] * exact[c] -
                 weight[n * columns + c] * coded[c];
  return loss;
}

LogicalResult correct(const CalibrationSite &site,
                      const ProductSample &sample) {
  OpOperand *bias = findBias(site.op);
  FailureOr<Tensor> values = readParameter(bias->get());
  FailureOr<ActivationQuantizer> quantizer = readQuantizer(site);
  FailureOr<SmallVector<unsigned>> bits =
      bitsOf(cast<CostOpInterface>(site.op));
  if (failed(values) || failed(quantizer) || failed(bits))
    return failure();
  absl::StatusOr<Vector> loss = meanLoss(sample, *quantizer, bits->back());
  if (!loss.ok())
    return site.op->emitOpError(std::string(loss.status().message()));
  std::vector<float> corrected(loss->size());
  for (size_t n = 0; n < corrected.size(); ++n)
    corrected[n] = static_cast<float>(values->data<float>()[n] + (*loss)[n]);
  OpBuilder builder(site.op);
  bias->set(makeParameter(builder, site.op->getLoc(),
                          parameterName(bias->get(), "bias") + ".corrected",
                          corrected));
  return success();
}

struct CorrectBiasPass : impl::CorrectBiasBase<CorrectBiasPass> {
  using CorrectBiasBase::CorrectBiasBase;

  void runOnOperation() override {
    FailureOr<std::vector<Tensor>> read =
        readImageArchive(getOperation(), images);
    if (failed(read) || failed(mixq::correctBias(getOperation(), *read)))
      signalPassFailure();
  }
};

} // namespace

LogicalResult correctBias(ModuleOp module, ArrayRef<Tensor> images,
                          const CorrectBiasConfig &config) {
  FailureOr<Interpreter> interpreter = prepareCalibration(module, images);
  if (failed(interpreter))
    return failure();
  std::vector<CalibrationSite> sites =
      findCalibrationSites(interpreter->getFunction());
  llvm::erase_if(sites, [](const CalibrationSite &site) {
    return !hasWeightAndBias(site);
  });
  OutputErrorStrategy strategy(sites, images.size());
  CalibrationOptions options;
  options.threads = config.threads;
  options.progress = config.progress;
  if (failed(runStrategy(*interpreter, sites, images, strategy, options)))
    return failure();
  for (auto [index, site] : llvm::enumerate(sites))
    if (failed(correct(site, strategy.samplesOf(index).front())))
      return failure();
  return success();
}

} // namespace mixq
