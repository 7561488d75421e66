//===- SwinGraph.h - The graph of a Swin Transformer ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_SWIN_SWINGRAPH_H
#define MIXQ_FRONTEND_SWIN_SWINGRAPH_H

#include "frontend/Checkpoint.h"
#include "frontend/GraphBuilder.h"

namespace mixq {

/// Appends the network to `graph`, op for op as timm and transformers compute
/// it, and returns the logits [1, classes]. The tables of relative positions
/// are gathered here, with the masks of shifted windows.
mlir::Value buildNetwork(GraphBuilder &graph, const Checkpoint &checkpoint,
                         const SwinNetwork &network);

} // namespace mixq

#endif // MIXQ_FRONTEND_SWIN_SWINGRAPH_H
