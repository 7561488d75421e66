//===- Sensitivity.h - What an operand's codes do to the logits -*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// S(unit, operand, b): how far the logits move, as a mean Kullback-Leibler
// divergence, when that operand alone goes from the baseline to b bits. The
// baseline is the float network, or all operands at 8 bits. Measured image by
// image in the interpreter with the operand's values replaced, never by
// rewriting the IR; what comes before the unit is computed once.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_SENSITIVITY_H
#define MIXQ_ANALYSIS_SENSITIVITY_H

#include "dialect/store/Tensor.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <string>
#include <vector>

namespace mixq {

/// One measurement.
struct OperandSensitivity {
  std::string unit;
  /// Which of the unit's getQuantizableOperands(), as in `mixq.bits`.
  unsigned operand = 0;
  unsigned bits = 0;
  double divergence = 0;   ///< mean KL(baseline's logits || these), in nats
  double featureError = 0; ///< mean squared error of the head's input
  double agreement = 0;    ///< share of images with the same first class
  bool isWeight = false;
};

/// All activations, or all weights, of the units between the first and the last
/// at `bits` bits, beside the sums of what they did one by one: whether effects
/// add up, as the bit allocation takes them to.
struct JointSensitivity {
  bool isWeight = false;
  unsigned bits = 0;
  double divergence = 0, divergenceSum = 0;
  double featureError = 0, featureErrorSum = 0;
};

/// Joint measurements keep all rounded weights, 4 bytes a parameter and width.
constexpr size_t kJointWidths = 3;

struct SensitivityMeasurements {
  std::vector<OperandSensitivity> operands;
  std::vector<JointSensitivity> joint;
};

/// What the operands not under test have.
enum class SensitivityBaseline { EightBits, Float };

struct SensitivityOptions {
  std::vector<unsigned> bits = {2, 3, 4, 5, 6, 7};
  SensitivityBaseline baseline = SensitivityBaseline::Float;
  unsigned threads = 0; ///< 0: as many as the machine has
  /// What effects are measured on, such as views (Views.h); none: the images
  /// for which the codes are chosen.
  std::vector<Tensor> subjects;
  /// Measured before, with the same images and options: not measured again.
  std::vector<OperandSensitivity> known;
  /// Called after each measurement of one operand with how many of `total` are
  /// done. Keep the measurements to be able to go on after an interruption.
  std::function<void(const OperandSensitivity &measured, int64_t done,
                     int64_t total)>
      progress;
};

/// All measurements, the known ones among them: unit by unit in the order of
/// the graph, then by operand, then by bits; joint effects at the narrowest
/// kJointWidths of the widths, activations first. `module` is a float graph,
/// folded as it will be quantized; images are inputs of its @main. Emits a
/// diagnostic on failure.
mlir::FailureOr<SensitivityMeasurements>
measureSensitivity(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
                   const SensitivityOptions &options = {});

/// What the bit allocation minimises.
struct SmoothedSensitivity {
  std::string unit;
  unsigned operand = 0;
  unsigned bits = 0;
  double divergence = 0;
};

/// Takes the noise out of measurements below 8 bits and extends them to `bits`.
/// A measurement on few images is noisy; but how an operand's error falls with
/// its bits is much the same in all blocks. So
///   log S(unit, operand, b) = g(unit, operand) + d_class(b)
/// is fitted by least squares over the widths that most operands have, the
/// class of an operand being its place in its unit and the last part of the
/// unit's name (`fc1`).
/// Outside of the fitted widths d goes on by its outermost steps, limited to
/// [-2, -1] a bit. d never rises. In the order of the measurements; operands
/// that lack one of the fitted widths are left out; all are where most operands
/// have fewer than two widths, which show no slope.
std::vector<SmoothedSensitivity>
smoothSensitivity(llvm::ArrayRef<OperandSensitivity> measurements,
                  llvm::ArrayRef<unsigned> bits = {2, 3, 4, 5, 6, 7, 8});

} // namespace mixq

#endif // MIXQ_ANALYSIS_SENSITIVITY_H
