//===- MixqDialect.cpp - The mixq dialect ---------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/MixqDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mixq;

#include "dialect/MixqDialect.cpp.inc"
#include "dialect/MixqInterfaces.cpp.inc"

void MixqDialect::initialize() {
  registerTypes();
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "dialect/MixqOps.cpp.inc"
      >();
  promiseInterfaces();
}

/// The external models are in analysis/ops: a tool that runs an analysis
/// without registering them is told so.
void MixqDialect::promiseInterfaces() {
  declarePromisedInterfaces<
      EvaluateOpInterface, ParameterOp, PatchEmbedOp, LinearOp, MatmulOp,
      LayerNormOp, SoftmaxOp, GeluOp, AddOp, ChannelAffineOp, ConcatOp, SliceOp,
      PoolOp, SplitQkvOp, MergeHeadsOp, QuantizeOp, DequantizeOp, EncodeOp,
      DecodeOp, ExtractPatchesOp, QuantizePatchesOp, FusedLinearOp,
      FusedAttentionOp, QLinearOp, QAttentionOp, LayerNormQuantizeOp, QkNormOp,
      QkNormQuantizeOp, FusedLayerNormOp, RollOp, PadMapOp, CropMapOp,
      WindowPartitionOp, WindowReverseOp, PatchMergeOp, WindowBiasOp>();
  declarePromisedInterfaces<
      GradientOpInterface, PatchEmbedOp, LinearOp, MatmulOp, LayerNormOp,
      SoftmaxOp, GeluOp, AddOp, ChannelAffineOp, ConcatOp, SliceOp, PoolOp,
      SplitQkvOp, MergeHeadsOp, QuantizeOp, DequantizeOp, EncodeOp, DecodeOp,
      RollOp, PadMapOp, CropMapOp, WindowPartitionOp, WindowReverseOp,
      PatchMergeOp, WindowBiasOp>();
  declarePromisedInterfaces<
      RelevanceOpInterface, PatchEmbedOp, LinearOp, MatmulOp, LayerNormOp,
      SoftmaxOp, GeluOp, AddOp, ChannelAffineOp, ConcatOp, SliceOp, PoolOp,
      SplitQkvOp, MergeHeadsOp, QuantizeOp, DequantizeOp, EncodeOp, DecodeOp,
      RollOp, PadMapOp, CropMapOp, WindowPartitionOp, WindowReverseOp,
      PatchMergeOp, WindowBiasOp>();
  declarePromisedInterfaces<CostOpInterface, PatchEmbedOp, LinearOp,
                            MatmulOp>();
  declarePromisedInterfaces<ProductOpInterface, PatchEmbedOp, LinearOp,
                            MatmulOp>();
  declarePromisedInterfaces<RowWiseOpInterface, LinearOp, LayerNormOp, GeluOp,
                            AddOp, ChannelAffineOp, FusedLinearOp, QLinearOp,
                            LayerNormQuantizeOp>();
}
