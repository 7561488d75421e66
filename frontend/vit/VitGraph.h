//===- VitGraph.h - The graph of a vision transformer -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_VIT_VITGRAPH_H
#define MIXQ_FRONTEND_VIT_VITGRAPH_H

#include "frontend/Checkpoint.h"
#include "frontend/GraphBuilder.h"

namespace mixq {

/// Appends the network to `graph`, op for op as timm computes it, and returns
/// the logits [1, classes]. Three things are folded into weights, exactly but
/// for the rounding of one product each: the factors of LayerScale into the
/// linear before them, and the 1/2 of the mean of two heads into both.
mlir::Value buildNetwork(GraphBuilder &graph, const Checkpoint &checkpoint,
                         const VitNetwork &network);

} // namespace mixq

#endif // MIXQ_FRONTEND_VIT_VITGRAPH_H
