//===- Models.h - The kernel models, one file an op -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_MODELS_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_MODELS_H

#include "dialect/MixqDialect.h"
#include "transforms/codegen/KernelOpInterface.h"

namespace mixq {

void registerAddKernels(mlir::MLIRContext *context);
void registerAttentionKernels(mlir::MLIRContext *context);
void registerQAttentionKernels(mlir::MLIRContext *context);
void registerLayerNormKernels(mlir::MLIRContext *context);
void registerLinearKernels(mlir::MLIRContext *context);
void registerQLinearKernels(mlir::MLIRContext *context);
void registerPatchesKernels(mlir::MLIRContext *context);
void registerPoolKernels(mlir::MLIRContext *context);
void registerQkNormKernels(mlir::MLIRContext *context);
void registerRowMapKernels(mlir::MLIRContext *context);
void registerQuantizeKernels(mlir::MLIRContext *context);
void registerTokensKernels(mlir::MLIRContext *context);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_MODELS_H
