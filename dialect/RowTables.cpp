//===- RowTables.cpp - Tables that say where rows come from ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/RowTables.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace mixq;

static LogicalResult checkRange(Operation *op, const Tensor &rows, int64_t low,
                                int64_t high) {
  const int32_t *row = rows.data<int32_t>();
  for (int64_t i = 0; i < rows.size(); ++i)
    if (row[i] < low || row[i] >= high)
      return op->emitOpError()
             << "expects entries of rows in [" << low << ", " << high
             << "), got " << row[i] << " at element " << i;
  return success();
}

LogicalResult mixq::checkGatheredRows(Operation *op, const Tensor &rows,
                                      int64_t inputRows) {
  return checkRange(op, rows, -1, inputRows);
}

LogicalResult mixq::checkDistinctRows(Operation *op, const Tensor &rows,
                                      int64_t inputRows) {
  if (failed(checkRange(op, rows, 0, inputRows)))
    return failure();
  std::vector<bool> seen(inputRows);
  for (int64_t i = 0; i < rows.size(); ++i) {
    int32_t row = rows.data<int32_t>()[i];
    if (seen[row])
      return op->emitOpError()
             << "expects distinct entries of rows, got " << row << " twice";
    seen[row] = true;
  }
  return success();
}
