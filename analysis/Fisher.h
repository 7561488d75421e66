//===- Fisher.h - What changing an operand does to the logits ---*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// To second order, changing a value v by d changes the distribution p of the
// classes by
//   KL(p || p') = d^T J^T (diag p - p p^T) J d / 2,   J = d logits / d v.
// A random vector u of covariance diag p - p p^T makes that E[(g . d)^2] / 2
// with g = J^T u: one walk back per image prices any change of any operand.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_FISHER_H
#define MIXQ_ANALYSIS_FISHER_H

#include "analysis/Interpreter.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <string>
#include <vector>

namespace mixq {

/// The gradient u with respect to the logits.
enum class FisherProbe {
  /// u_c = sqrt(p_c) s_c - p_c sum_k sqrt(p_k) s_k with random signs s: its
  /// covariance is diag p - p p^T.
  Divergence,
  /// p - e_c for the predicted class c: of the cross-entropy against the
  /// model's own prediction (the empirical Fisher matrix).
  Prediction,
};

struct FisherOptions {
  FisherProbe probe = FisherProbe::Divergence;
  unsigned probes = 1; ///< walks back per image, with other signs
  uint64_t seed = 0;   ///< of the signs
  unsigned threads = 0;
  /// Called, one thread at a time, when `done` of `total` images are through.
  std::function<void(int64_t done, int64_t total)> progress;
};

/// One quantizable operand of a unit, and the probe's gradient at it by this
/// use alone. fp32.
struct OperandGradient {
  int64_t image;
  mlir::Operation *unit;
  unsigned operand; ///< which of the unit's getQuantizableOperands()
  const Tensor &value;
  const Tensor &gradient;
};

/// Shows all of them, image by image; several threads at once, but those of one
/// image in one thread, from the last unit to the first. `module` is a float
/// graph whose `@main` takes one fp32 image and returns logits [1, classes]
/// first. Emits a diagnostic on failure.
mlir::LogicalResult forEachOperandGradient(
    mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
    const FisherOptions &options,
    llvm::function_ref<void(const OperandGradient &)> observer);

/// The mean of the squared gradients at a unit's output, fp32 of its shape.
struct UnitFisher {
  std::string unit;
  Tensor meanSquares;
};

/// Of all units, in the order of the graph. Emits a diagnostic on failure.
mlir::FailureOr<std::vector<UnitFisher>>
measureFisher(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
              const FisherOptions &options = {});

/// The estimated mean divergence of the logits when one operand has `bits`.
struct FisherSensitivity {
  std::string unit;
  unsigned operand = 0; ///< as in `mixq.bits`
  unsigned bits = 0;
  double divergence = 0; ///< mean of (g . d)^2 / 2
  /// Mean of sum g^2 d^2 / 2: as if errors of elements were independent, blind
  /// to errors with a bias.
  double diagonal = 0;
};

/// The values that operand number `operand` of a unit has in `bits` bits, for
/// these fp32 values. Called from several threads.
using OperandQuantizer =
    std::function<Tensor(mlir::Operation *unit, unsigned operand, unsigned bits,
                         const Tensor &value)>;

/// For every operand and each of `bits`: unit by unit in the order of the
/// graph, then by operand, then by bits. Emits a diagnostic on failure.
mlir::FailureOr<std::vector<FisherSensitivity>>
estimateSensitivity(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
                    llvm::ArrayRef<unsigned> bits,
                    const OperandQuantizer &quantize,
                    const FisherOptions &options = {});

} // namespace mixq

#endif // MIXQ_ANALYSIS_FISHER_H
