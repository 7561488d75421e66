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

Tensor mixq::roundTrip(const ActivationQuantizer &quantizer,
                       const Tensor &tensor) {
  Tensor result(DataType::F32, tensor.shape());
  roundTrip(quantizer, tensor.data<float>(), tensor.size(),
            result.mutableData<float>());
  return result;
}

void FakeQuantization::reset(mlir::OpOperand &operand) {
  llvm::erase_if(replacements[operand.getOwner()], [&](const auto &entry) {
    return entry.first == operand.getOperandNumber();
  });
}

void FakeQuantization::setQuantizer(mlir::OpOperand &operand,
                                    ActivationQuantizer quantizer) {
  reset(operand);
  replacements[operand.getOwner()].emplace_back(operand.getOperandNumber(),
                                                std::move(quantizer));
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
      operands[operand] = roundTrip(std::get<ActivationQuantizer>(replacement),
                                    operands[operand]);
  }
}

mlir::LogicalResult
mixq::setActivationQuantizers(mlir::func::FuncOp function,
                              FakeQuantization &quantization) {
  llvm::SmallDenseMap<mlir::Operation *, unsigned> seen;
  for (const CalibrationSite &site : findCalibrationSites(function)) {
    unsigned position = seen[site.op]++;
    auto entries = site.op->getAttrOfType<mlir::ArrayAttr>(kActivationsAttr);
    std::optional<ActivationQuantizer> quantizer;
    if (entries && position < entries.size())
      quantizer = quantizerOf(entries[position]);
    if (!quantizer)
      return site.op->emitOpError("expects `mixq.activations` to calibrate "
                                  "operand ")
             << site.operand;
    quantization.setQuantizer(site.op->getOpOperand(site.operand),
                              *std::move(quantizer));
  }
  return mlir::success();
}
