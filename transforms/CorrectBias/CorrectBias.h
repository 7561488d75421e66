//===- CorrectBias.h - The pass of this folder ------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CORRECTBIAS_H
#define MIXQ_TRANSFORMS_CORRECTBIAS_H

#include "dialect/store/Tensor.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include <functional>

namespace mixq {
#define GEN_PASS_DECL
#include "transforms/CorrectBias/CorrectBias.h.inc"
#define GEN_PASS_REGISTRATION
#include "transforms/CorrectBias/CorrectBias.h.inc"

struct CorrectBiasConfig {
  unsigned threads = 0; ///< 0: as many as the machine has
  /// Called, one thread at a time, when `done` of `total` images are through.
  std::function<void(int64_t done, int64_t total)> progress;
};

/// What the pass does, with images [C, H, W] in memory.
mlir::LogicalResult correctBias(mlir::ModuleOp module,
                                llvm::ArrayRef<Tensor> images,
                                const CorrectBiasConfig &config = {});

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CORRECTBIAS_H
