//===- AttentionParts.h - The ops that attention is made of -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the fp32 and the integer pattern of attention both look for.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_FUSE_ATTENTIONPARTS_H
#define MIXQ_TRANSFORMS_FUSE_ATTENTIONPARTS_H

#include "dialect/MixqDialect.h"

#include "mlir/IR/Builders.h"

namespace mixq {

/// The product Q K^T that a softmax normalises, null if there is none; `bias`
/// is the op between, or null.
MatmulOp scoresBehind(SoftmaxOp softmax, WindowBiasOp &bias);

/// Whether heads are split, biased (where `bias` is not null) and merged over
/// the same windows.
bool isOneGrid(SplitQkvOp split, WindowBiasOp bias, MergeHeadsOp merge);

/// The windows of the kernel: those of `bias`, or of `split` in one column.
mlir::DenseI64ArrayAttr gridOf(mlir::Builder &builder, SplitQkvOp split,
                               WindowBiasOp bias);

/// "blocks.0.attn" for the unit "blocks.0.attn.av".
std::string attentionName(MatmulOp av);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_FUSE_ATTENTIONPARTS_H
