//===- OperandRanges.h - The extremes of every unit's operands --*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPERANDRANGES_H
#define MIXQ_ANALYSIS_OPERANDRANGES_H

#include "analysis/results/AnalysisFile.h"
#include "dialect/store/Tensor.h"

#include "mlir/IR/BuiltinOps.h"

#include <vector>

namespace mixq {

/// By unit in the order of the graph, then by quantizable operand: the least
/// and the greatest value over all images, inputs of `@main`. Emits a
/// diagnostic on failure.
mlir::FailureOr<std::vector<std::vector<Extremes>>>
measureRanges(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
              unsigned threads);

} // namespace mixq

#endif // MIXQ_ANALYSIS_OPERANDRANGES_H
