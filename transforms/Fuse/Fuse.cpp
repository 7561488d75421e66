//===- Fuse.cpp - Turn the graph into kernels -----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/Fuse.h"

#include "dialect/MixqDialect.h"
#include "transforms/Fuse/Patterns.h"
#include "transforms/Parameters.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

namespace mixq {
#define GEN_PASS_DEF_FUSE
#include "transforms/Fuse/Fuse.h.inc"
} // namespace mixq

using namespace mlir;

namespace mixq {
namespace {

/// Patterns divide by scales, and kernels multiply by their reciprocals.
template <typename CastOp> LogicalResult checkScales(CastOp op) {
  if (!op.getScale().template getDefiningOp<ParameterOp>())
    return success();
  FailureOr<Tensor> scales = readParameter(op.getScale());
  if (failed(scales))
    return failure();
  for (int64_t i = 0; i < scales->size(); ++i)
    if (float scale = scales->template data<float>()[i];
        !std::isnormal(scale) || scale < 0)
      return op.emitOpError("expects scales that are positive, finite and "
                            "normal, got ")
             << scale;
  return success();
}

LogicalResult checkAllScales(func::FuncOp function) {
  WalkResult result = function.walk([](Operation *op) {
    LogicalResult checked = success();
    if (auto quantize = dyn_cast<QuantizeOp>(op))
      checked = checkScales(quantize);
    else if (auto dequantize = dyn_cast<DequantizeOp>(op))
      checked = checkScales(dequantize);
    else if (auto encode = dyn_cast<EncodeOp>(op))
      checked = checkScales(encode);
    else if (auto decode = dyn_cast<DecodeOp>(op))
      checked = checkScales(decode);
    return WalkResult(checked);
  });
  return failure(result.wasInterrupted());
}

struct FusePass : impl::FuseBase<FusePass> {
  /// A pattern that reports an error only fails to match; the driver goes on,
  /// and another pattern would make a float product of what was refused.
  LogicalResult apply(void (*populate)(RewritePatternSet &)) {
    RewritePatternSet patterns(&getContext());
    populate(patterns);
    bool reported = false;
    ScopedDiagnosticHandler watch(&getContext(), [&](Diagnostic &diagnostic) {
      reported |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
      return failure(); // and on to the next handler
    });
    if (failed(
            applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      return failure();
    return failure(reported);
  }

  void runOnOperation() override {
    if (failed(checkAllScales(getOperation())))
      return signalPassFailure();
    // Quantized patterns first: what they leave is meant to be fp32.
    for (auto populate :
         {populateTokenPatterns, populateMovePatterns,
          populateQuantizedPatterns, populateQuantizedAttentionPatterns,
          populateQkNormPatterns, populateFloatPatterns, populateRowPatterns})
      if (failed(apply(populate)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace mixq
