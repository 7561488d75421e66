//===- FakeQuantization.cpp - Codes in a float graph as it is -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/FakeQuantization.h"

#include "analysis/Calibration.h"

using namespace mixq;

Tensor mixq::roundTrip(llvm::ArrayRef<ActivationQuantizer> quantizers,
                       const Tensor &tensor) {
  Tensor result(DataType::F32, tensor.shape());
  const float *from = tensor.data<float>();
  float *to = result.mutableData<float>();
  const int64_t parts = quantizers.size() == 1 ? 1 : tensor.dim(0);
  const int64_t size = tensor.size() / parts;
  for (int64_t i = 0; i < parts; ++i)
    roundTrip(quantizers[i % quantizers.size()], from + i * size, size,
              to + i * size);
  return result;
}

void FakeQuantization::reset(mlir::OpOperand &operand) {
  llvm::erase_if(replacements[operand.getOwner()], [&](const auto &entry) {
    return entry.first == operand.getOperandNumber();
  });
}

void FakeQuantization::setQuantizer(mlir::OpOperand &operand,
                                    ActivationQuantizer quantizer) {
  setQuantizers(operand, {std::move(quantizer)});
}

void FakeQuantization::setQuantizers(mlir::OpOperand &operand,
                                     std::vector<ActivationQuantizer> heads) {
  reset(operand);
  replacements[operand.getOwner()].emplace_back(operand.getOperandNumber(),
                                                std::move(heads));
}

void FakeQuantization::setTensor(mlir::OpOperand &operand, Tensor tensor) {
  reset(operand);
  replacements[operand.getOwner()].emplace_back(operand.getOperandNumber(),
                                                std::move(tensor));
}

void FakeQuantization::operator()(
    mlir::Operation *op, llvm::MutableArrayRef<Tensor> operands) const {
  auto found = replacements.find(op);
  if (found == replacements.end())
    return;
  for (const auto &[operand, replacement] : found->second) {
    if (const auto *tensor = std::get_if<Tensor>(&replacement))
      operands[operand] = *tensor;
    else
      operands[operand] =
          roundTrip(std::get<std::vector<ActivationQuantizer>>(replacement),
                    operands[operand]);
  }
}

/// Those of an entry of `mixq.activations`; none where it is something else, or
/// the heads do not divide the operand's dimension 0.
static std::vector<ActivationQuantizer> quantizersOf(mlir::Attribute entry,
                                                     mlir::Value operand) {
  auto heads = mlir::dyn_cast_if_present<mlir::ArrayAttr>(entry);
  if (!heads) {
    std::optional<ActivationQuantizer> quantizer = quantizerOf(entry);
    return quantizer ? std::vector{*std::move(quantizer)}
                     : std::vector<ActivationQuantizer>();
  }
  auto type = mlir::cast<mlir::RankedTensorType>(operand.getType());
  std::vector<ActivationQuantizer> result;
  for (mlir::Attribute head : heads)
    if (std::optional<ActivationQuantizer> quantizer = quantizerOf(head))
      result.push_back(*std::move(quantizer));
  const bool isWhole = !result.empty() && result.size() == heads.size() &&
                       type.getDimSize(0) % result.size() == 0;
  return isWhole ? result : std::vector<ActivationQuantizer>();
}

mlir::LogicalResult
mixq::setActivationQuantizers(mlir::func::FuncOp function,
                              FakeQuantization &quantization) {
  llvm::SmallDenseMap<mlir::Operation *, unsigned> seen;
  for (const CalibrationSite &site : findCalibrationSites(function)) {
    unsigned position = seen[site.op]++;
    auto entries = site.op->getAttrOfType<mlir::ArrayAttr>(kActivationsAttr);
    mlir::OpOperand &operand = site.op->getOpOperand(site.operand);
    std::vector<ActivationQuantizer> quantizers;
    if (entries && position < entries.size())
      quantizers = quantizersOf(entries[position], operand.get());
    if (quantizers.empty())
      return site.op->emitOpError("expects `mixq.activations` to calibrate "
                                  "operand ")
             << site.operand;
    quantization.setQuantizers(operand, std::move(quantizers));
  }
  return mlir::success();
}
