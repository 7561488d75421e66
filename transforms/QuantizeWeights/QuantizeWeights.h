//===- QuantizeWeights.h - The pass of this folder --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_QUANTIZEWEIGHTS_H
#define MIXQ_TRANSFORMS_QUANTIZEWEIGHTS_H

#include "dialect/store/Tensor.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include <functional>

namespace mixq {
#define GEN_PASS_DECL
#include "transforms/QuantizeWeights/QuantizeWeights.h.inc"
#define GEN_PASS_REGISTRATION
#include "transforms/QuantizeWeights/QuantizeWeights.h.inc"

struct QuantizeWeightsConfig {
  /// Let the columns of a weight make up for each other's rounding (GPTQ).
  bool compensates = true;
  /// The ridge penalty for units whose activation has 8 bits and whose weight
  /// has fewer; 0: no ridge step; negative: 1.
  double ridge = -1;
  /// The damping of compensation for the same units; negative: 0.2.
  double damping = -1;
  unsigned threads = 0; ///< 0: as many as the machine has
  /// Called when `done` of `total` units are through.
  std::function<void(int64_t done, int64_t total)> progress;
};

/// What the pass does, with images [C, H, W] in memory.
mlir::LogicalResult quantizeWeights(mlir::ModuleOp module,
                                    llvm::ArrayRef<Tensor> images,
                                    const QuantizeWeightsConfig &config = {});
} // namespace mixq

#endif // MIXQ_TRANSFORMS_QUANTIZEWEIGHTS_H
