//===- WeightSampling.h - What weights are multiplied with ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_WEIGHTSAMPLING_H
#define MIXQ_ANALYSIS_WEIGHTSAMPLING_H

#include "analysis/Interpreter.h"
#include "analysis/WeightRounding.h"

#include <optional>

namespace mixq {

/// A unit that multiplies one activation with a parameter and adds another.
struct WeightedUnit {
  mlir::Operation *op;
  unsigned activation, weight, bias; ///< numbers of operands
  unsigned activationBits, weightBits;
  /// What adds the unit's result to the residual stream, if anything does.
  mlir::Operation *residualAdd;
};

/// None where the op is no such unit.
std::optional<WeightedUnit> weightedUnitOf(mlir::Operation *op);

/// How much each row of a unit's result counts: 1 / |residual stream after the
/// unit|^2 where the unit feeds it, else 1, so that one huge token does not
/// erase the others.
class TokenWeights {
public:
  /// Runs the float graph on all images.
  static mlir::FailureOr<TokenWeights> measure(const Interpreter &interpreter,
                                               llvm::ArrayRef<Tensor> images,
                                               unsigned threads);

  /// Of `rows` rows of a unit's result for an image.
  std::vector<float> of(const WeightedUnit &unit, size_t image,
                        int64_t rows) const;

private:
  /// By image, of the adds of residual streams.
  std::vector<llvm::DenseMap<mlir::Operation *, std::vector<float>>> byImage;
};

/// Collects the tokens of all images that reach a unit, at most some thousands.
class WeightSampler {
public:
  WeightSampler(const WeightedUnit &unit, const TokenWeights &tokenWeights,
                size_t images);

  /// One image: the unit's operands in the float network and in the quantized
  /// one, whose activation gets `quantizer`'s codes. Safe to call for several
  /// images at once.
  void add(size_t image, llvm::ArrayRef<Tensor> exact,
           llvm::ArrayRef<Tensor> quantized);

  /// All images, with the unit's own weight and bias.
  WeightSample take(const Tensor &weight, const Tensor &bias);

private:
  struct Rows {
    std::vector<float> inputs, exactInputs, weights;
  };

  const WeightedUnit &unit;
  const TokenWeights &tokenWeights;
  std::vector<Rows> byImage;
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_WEIGHTSAMPLING_H
