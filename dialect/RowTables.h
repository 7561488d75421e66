//===- RowTables.h - Tables that say where rows come from -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The `rows` operands of kernels. Their content stands in the parameter store,
// where no verifier sees it: whoever reads a table checks it first.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_ROWTABLES_H
#define MIXQ_DIALECT_ROWTABLES_H

#include "dialect/store/Tensor.h"

#include "mlir/IR/Operation.h"

namespace mixq {

/// (FN4), (LQ6): every entry of the s32 tensor `rows` is in [-1, `inputRows`).
mlir::LogicalResult checkGatheredRows(mlir::Operation *op, const Tensor &rows,
                                      int64_t inputRows);

/// (FA6), (QA7): the entries are distinct and in [0, `inputRows`).
mlir::LogicalResult checkDistinctRows(mlir::Operation *op, const Tensor &rows,
                                      int64_t inputRows);

} // namespace mixq

#endif // MIXQ_DIALECT_ROWTABLES_H
