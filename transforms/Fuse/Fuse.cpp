//===- Fuse.cpp - Turn the graph into kernels -----------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/Fuse.h"

#include "dialect/MixqDialect.h"
#include "transforms/Fuse/Patterns.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mixq {
#define GEN_PASS_DEF_FUSE
#include "transforms/Fuse/Fuse.h.inc"
} // namespace mixq

using namespace mlir;

namespace mixq {
namespace {

struct FusePass : impl::FuseBase<FusePass> {
  LogicalResult apply(void (*populate)(RewritePatternSet &)) {
    RewritePatternSet patterns(&getContext());
    populate(patterns);
    return applyPatternsAndFoldGreedily(getOperation(), std::move(patterns));
  }

  void runOnOperation() override {
    // Quantized patterns first: what they leave is meant to be fp32.
    for (auto populate :
         {populateTokenPatterns, populateQuantizedPatterns,
          populateQuantizedAttentionPatterns, populateFloatPatterns})
      if (failed(apply(populate)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace mixq
