//===- AttentionParts.cpp - The ops that attention is made of -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/AttentionParts.h"

using namespace mlir;

namespace mixq {

MatmulOp scoresBehind(SoftmaxOp softmax, WindowBiasOp &bias) {
  bias = softmax.getInput().getDefiningOp<WindowBiasOp>();
  Value scores = bias ? bias.getScores() : softmax.getInput();
  return scores.getDefiningOp<MatmulOp>();
}

bool isOneGrid(SplitQkvOp split, WindowBiasOp bias, MergeHeadsOp merge) {
  if (split.getWindows() != merge.getWindows())
    return false;
  return !bias || bias.getGrid()[0] * bias.getGrid()[1] ==
                      static_cast<int64_t>(split.getWindows());
}

DenseI64ArrayAttr gridOf(Builder &builder, SplitQkvOp split,
                         WindowBiasOp bias) {
  if (bias)
    return bias.getGridAttr();
  return builder.getDenseI64ArrayAttr(
      {static_cast<int64_t>(split.getWindows()), 1});
}

std::string attentionName(MatmulOp av) {
  StringRef unit = av.getUnit().value_or("attention");
  unit.consume_back(".av");
  return unit.str();
}

} // namespace mixq
