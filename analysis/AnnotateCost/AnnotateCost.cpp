//===- AnnotateCost.cpp - Writes the cost of ops --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/AnnotateCost/AnnotateCost.h"

#include "dialect/MixqDialect.h"

#include "mlir/IR/Builders.h"

namespace mixq {
#define GEN_PASS_DEF_ANNOTATECOST
#include "analysis/AnnotateCost/AnnotateCost.h.inc"
} // namespace mixq

using namespace mixq;

namespace {

struct AnnotateCost : mixq::impl::AnnotateCostBase<AnnotateCost> {
  void runOnOperation() override {
    mlir::Builder builder(&getContext());
    getOperation().walk([&](CostOpInterface op) {
      op->setAttr(kParametersAttr,
                  builder.getI64IntegerAttr(op.getParameterCount()));
      op->setAttr(kMacsAttr, builder.getI64IntegerAttr(op.getMacs()));
    });
  }
};

} // namespace
