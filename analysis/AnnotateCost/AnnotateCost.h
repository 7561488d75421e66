//===- AnnotateCost.h - Writes the cost of ops ------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ANNOTATECOST_ANNOTATECOST_H
#define MIXQ_ANALYSIS_ANNOTATECOST_ANNOTATECOST_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mixq {

/// On an op of CostOpInterface, i64: its weights, and its multiplications.
inline constexpr llvm::StringLiteral kParametersAttr = "mixq.parameters";
inline constexpr llvm::StringLiteral kMacsAttr = "mixq.macs";

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "analysis/AnnotateCost/AnnotateCost.h.inc"

} // namespace mixq

#endif // MIXQ_ANALYSIS_ANNOTATECOST_ANNOTATECOST_H
