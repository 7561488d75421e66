//===- Calibration.h - Quantizers for activations ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the float graph on images and chooses a quantizer for each activation
// operand of each unit. All units see float inputs (parallel calibration, which
// does not accumulate errors).
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_CALIBRATION_H
#define MIXQ_ANALYSIS_CALIBRATION_H

#include "analysis/CalibrationStrategy.h"
#include "analysis/Interpreter.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>

namespace mixq {

/// On a calibrated unit: an array of #mixq.uniform or #mixq.codebook, one for
/// each of its quantizable operands that is not a parameter, in the order of
/// operands. An array of #mixq.uniform in it has one for each head.
inline constexpr llvm::StringLiteral kActivationsAttr = "mixq.activations";

enum class CalibrationMethod {
  OutputError, ///< the least error of the unit's output
  Percentile,  ///< the best of four percentiles by mean squared error
  MinMax,      ///< the extremes seen
};

/// What the queries, keys and values of an attention share a scale with.
enum class QkvScale { Tensor, Head };

struct CalibrationOptions {
  CalibrationMethod method = CalibrationMethod::OutputError;
  /// Try logarithmic codebooks after softmax and gelu (output error only).
  bool useCodebooks = true;
  QkvScale qkvScale = QkvScale::Tensor;
  unsigned threads = 0; ///< 0: as many as the machine has
  /// Called, one thread at a time, when `done` of `total` images are through.
  std::function<void(int64_t done, int64_t total)> progress;
};

/// An entry of that array; none for any other attribute.
std::optional<ActivationQuantizer> quantizerOf(mlir::Attribute entry);

/// The add that alone uses the unit's result, if there is one.
mlir::Operation *findResidualAdd(mlir::Operation *unit);

/// The float activation operands of the function's units, each with the bits
/// that its unit says.
std::vector<CalibrationSite> findCalibrationSites(mlir::func::FuncOp function);

/// An interpreter of `@main`, which has images. Emits a diagnostic on failure.
mlir::FailureOr<Interpreter> prepareCalibration(mlir::ModuleOp module,
                                                llvm::ArrayRef<Tensor> images);

/// Shows the strategy all images, as often as it asks. `sites` are those that
/// the strategy has.
mlir::LogicalResult runStrategy(const Interpreter &interpreter,
                                llvm::ArrayRef<CalibrationSite> sites,
                                llvm::ArrayRef<Tensor> images,
                                CalibrationStrategy &strategy,
                                const CalibrationOptions &options);

/// Sets `mixq.activations` on the units of `@main`. Images are inputs of that
/// function, fp32. Emits a diagnostic on failure.
mlir::LogicalResult annotateCalibration(mlir::ModuleOp module,
                                        llvm::ArrayRef<Tensor> images,
                                        const CalibrationOptions &options = {});

/// The images [C, H, W] of a batch [N, C, H, W].
std::vector<Tensor> splitBatch(const Tensor &batch);

} // namespace mixq

#endif // MIXQ_ANALYSIS_CALIBRATION_H
