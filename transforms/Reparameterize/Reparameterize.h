//===- Reparameterize.h - Give channels similar ranges ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_REPARAMETERIZE_H
#define MIXQ_TRANSFORMS_REPARAMETERIZE_H

#include "dialect/store/Tensor.h"
#include "transforms/Reparameterize/ChannelScaling.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include <functional>

namespace mixq {
#define GEN_PASS_DECL
#include "transforms/Reparameterize/Reparameterize.h.inc"
#define GEN_PASS_REGISTRATION
#include "transforms/Reparameterize/Reparameterize.h.inc"

struct ReparameterizeConfig {
  /// The exponent alpha of the power rule for every unit, or a negative number
  /// to search among the scalings of `rule`.
  double strength = -1;
  ScalingRule rule = ScalingRule::Search;
  double spread = 0;    ///< K of the clipped rule; 0: searched
  unsigned threads = 0; ///< 0: as many as the machine has
  /// Called, one thread at a time, when `done` of `total` images are through.
  std::function<void(int64_t done, int64_t total)> progress;
};

/// What the pass does, with images [C, H, W] in memory.
mlir::LogicalResult reparameterize(mlir::ModuleOp module,
                                   llvm::ArrayRef<Tensor> images,
                                   const ReparameterizeConfig &config);
} // namespace mixq

#endif // MIXQ_TRANSFORMS_REPARAMETERIZE_H
