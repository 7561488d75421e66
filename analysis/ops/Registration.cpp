//===- Registration.cpp - Attaches the ops' models ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/Registration.h"

#include "analysis/ops/OpModel.h"

#include "mlir/IR/DialectRegistry.h"

using namespace mixq::ops;

void mixq::registerOpModels(mlir::DialectRegistry &registry) {
  registry.addExtension(+[](mlir::MLIRContext *context, MixqDialect *) {
    for (auto attach : {attachAdd,
                        attachChannelAffine,
                        attachCodebook,
                        attachConcat,
                        attachDequantize,
                        attachExtractPatches,
                        attachFusedAttention,
                        attachFusedLayerNorm,
                        attachFusedLinear,
                        attachGelu,
                        attachLayerNorm,
                        attachLayerNormQuantize,
                        attachLinear,
                        attachMatmul,
                        attachMergeHeads,
                        attachParameter,
                        attachPatchEmbed,
                        attachPool,
                        attachQAttention,
                        attachQLinear,
                        attachQkNorm,
                        attachQuantize,
                        attachQuantizePatches,
                        attachRowMaps,
                        attachSlice,
                        attachSoftmax,
                        attachSplitQkv,
                        attachWindowBias})
      attach(*context);
  });
}
