//===- FakeQuantization.h - Codes in a float graph as it is -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_FAKEQUANTIZATION_H
#define MIXQ_ANALYSIS_FAKEQUANTIZATION_H

#include "analysis/ActivationQuantizer.h"
#include "analysis/Interpreter.h"

#include <utility>
#include <variant>
#include <vector>

namespace mixq {

/// What the operands of a float graph's ops are while the interpreter runs it:
/// an activation, what its codes stand for; a parameter, another tensor.
class FakeQuantization {
public:
  void setQuantizer(mlir::OpOperand &operand, ActivationQuantizer quantizer);
  /// One for each head: matrix i of the operand takes that of i % heads.
  void setQuantizers(mlir::OpOperand &operand,
                     std::vector<ActivationQuantizer> heads);
  void setTensor(mlir::OpOperand &operand, Tensor tensor);
  void reset(mlir::OpOperand &operand);

  /// An OperandOverride. Safe to call from several threads.
  void operator()(mlir::Operation *op,
                  llvm::MutableArrayRef<Tensor> operands) const;

private:
  using Replacement = std::variant<std::vector<ActivationQuantizer>, Tensor>;

  llvm::DenseMap<mlir::Operation *,
                 llvm::SmallVector<std::pair<unsigned, Replacement>, 3>>
      replacements;
};

/// The tensor of what the codes of another fp32 tensor stand for. With several
/// quantizers part i of dimension 0 takes that of i % their number.
Tensor roundTrip(llvm::ArrayRef<ActivationQuantizer> quantizers,
                 const Tensor &tensor);

/// Sets the quantizers of `mixq.activations` for all units of a function. Emits
/// an error where a unit lacks one.
mlir::LogicalResult setActivationQuantizers(mlir::func::FuncOp function,
                                            FakeQuantization &quantization);

} // namespace mixq

#endif // MIXQ_ANALYSIS_FAKEQUANTIZATION_H
