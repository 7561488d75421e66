//===- OperandTrials.h - One operand of a unit in codes ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an operand of a float graph is when it has b bits: the quantizer of an
// activation and the rounded weight with its bias as the compiler would choose
// them if nothing else were quantized more than the baseline.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPERANDTRIALS_H
#define MIXQ_ANALYSIS_OPERANDTRIALS_H

#include "analysis/Calibration.h"
#include "analysis/FakeQuantization.h"
#include "analysis/Interpreter.h"
#include "analysis/OutputErrorStrategy.h"
#include "analysis/WeightSampling.h"

#include <optional>

namespace mixq {

/// A quantizable operand of a unit.
struct OperandPlace {
  CostOpInterface unit;
  unsigned position; ///< among the quantizable operands
  mlir::OpOperand *operand;
  std::optional<size_t> site; ///< of an activation; a weight has none
};

/// An operand in codes: one quantizer, or a weight and the bias that goes with
/// it.
struct OperandTrial {
  unsigned bits = 0;
  std::optional<ActivationQuantizer> quantizer;
  Tensor weight, bias;

  void apply(const OperandPlace &place, FakeQuantization &quantization) const;
};

/// By image, before a unit: of the float network and of the network at the
/// baseline.
struct UnitRuns {
  std::vector<Execution> exact, baseline;
};

class OperandTrials {
public:
  /// All references must outlive this.
  OperandTrials(const Interpreter &interpreter, llvm::ArrayRef<Tensor> images,
                unsigned threads);

  /// Looks at all activations; to be called first.
  mlir::LogicalResult observe();

  /// The quantizable operands of a unit, in their order.
  std::vector<OperandPlace> placesOf(CostOpInterface unit) const;

  /// Every operand of `units` at 8 bits, the weights to nearest.
  mlir::LogicalResult addEightBits(llvm::ArrayRef<CostOpInterface> units,
                                   FakeQuantization &baseline) const;

  /// One operand at each of some widths, its inputs as `runs` have them before
  /// the unit, whose other operand is as `baseline` has it.
  mlir::FailureOr<std::vector<OperandTrial>>
  choose(const OperandPlace &place, llvm::ArrayRef<unsigned> bits,
         const UnitRuns &runs, const FakeQuantization &baseline) const;

private:
  ActivationQuantizer activationAt(size_t site, unsigned bits) const;
  mlir::FailureOr<std::vector<OperandTrial>>
  roundWeight(const OperandPlace &place, llvm::ArrayRef<unsigned> bits,
              const UnitRuns &runs, const FakeQuantization &baseline) const;
  mlir::FailureOr<WeightSample>
  sampleWeight(const WeightedUnit &unit, const UnitRuns &runs,
               const FakeQuantization &baseline) const;

  const Interpreter &interpreter;
  llvm::ArrayRef<Tensor> images;
  unsigned threads;
  std::vector<CalibrationSite> sites;
  OutputErrorStrategy strategy;
  mlir::FailureOr<TokenWeights> tokenWeights = mlir::failure();
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_OPERANDTRIALS_H
