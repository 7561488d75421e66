//===- Registration.cpp - Attaches the kernel models ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

using namespace mlir;

#include "transforms/codegen/KernelOpInterface.cpp.inc"

void mixq::registerKernelModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, MixqDialect *) {
    registerAddKernels(context);
    registerAttentionKernels(context);
    registerQAttentionKernels(context);
    registerLayerNormKernels(context);
    registerLinearKernels(context);
    registerPatchesKernels(context);
    registerPoolKernels(context);
    registerQkNormKernels(context);
    registerRowMapKernels(context);
    registerQLinearKernels(context);
    registerQuantizeKernels(context);
    registerTokensKernels(context);
  });
}
