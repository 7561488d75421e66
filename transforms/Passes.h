//===- Passes.h - All passes and pipelines of transforms --------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_PASSES_H
#define MIXQ_TRANSFORMS_PASSES_H

#include "transforms/Quantize/Quantize.h"

#include "mlir/Pass/PassManager.h"

#include <string>

namespace mixq {

/// canonicalize and cse: what calibration should see.
void buildCleanupPipeline(mlir::OpPassManager &manager);

/// Graph to kernels and steps in fp32: canonicalize, `mixq-fuse`,
/// `mixq-lower-to-kernels`. As a pipeline of mixq-opt: `mixq-fp32-pipeline`.
void buildFp32Pipeline(mlir::OpPassManager &manager,
                       const std::string &targetCpu);

/// A calibrated graph to one that computes in fp32 what its codes stand for:
/// canonicalize, `mixq-quantize`.
void buildQuantizePipeline(mlir::OpPassManager &manager);
void addQuantizePipeline(mlir::OpPassManager &manager,
                         const QuantizeOptions &options);

/// Graph to kernels and steps on codes of each unit's bits: `mixq-quantize`
/// before `mixq-fuse`. The graph must be calibrated. As a pipeline of mixq-opt:
/// `mixq-w8a8-pipeline`.
void buildW8A8Pipeline(mlir::OpPassManager &manager,
                       const std::string &targetCpu);
void addIntegerPipeline(mlir::OpPassManager &manager,
                        const std::string &targetCpu,
                        const QuantizeOptions &options);

void registerTransformsPasses();

} // namespace mixq

#endif // MIXQ_TRANSFORMS_PASSES_H
