//===- LiveRows.cpp - Which rows of a value reach the result --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/LiveRows.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace mlir;

namespace mixq {

/// Backwards, so that all readers of a value come before its definition.
LiveRows::LiveRows(func::FuncOp function) {
  Block &block = function.getBody().front();
  for (Value result : block.getTerminator()->getOperands())
    readAll(result);
  for (Operation &op : llvm::reverse(block.without_terminator()))
    visit(op);
}

void LiveRows::readAll(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (type && type.getRank() > 0)
    read(value, {0, type.getDimSize(0)});
}

void LiveRows::read(Value value, RowRange rows) {
  if (rows.size() == 0)
    return;
  auto [entry, isNew] = live.try_emplace(value, rows);
  if (isNew)
    return;
  entry->second.begin = std::min(entry->second.begin, rows.begin);
  entry->second.end = std::max(entry->second.end, rows.end);
}

void LiveRows::visit(Operation &op) {
  bool isRead = llvm::any_of(
      op.getResults(), [&](Value result) { return of(result).size() > 0; });
  if (!isRead)
    return;
  if (auto slice = dyn_cast<SliceOp>(op)) {
    RowRange rows = of(slice.getResult());
    int64_t begin = slice.getBegin();
    return read(slice.getInput(), {begin + rows.begin, begin + rows.end});
  }
  SmallVector<unsigned> rowOperands;
  if (auto rowWise = dyn_cast<RowWiseOpInterface>(op))
    rowOperands = rowWise.getRowOperands();
  for (OpOperand &operand : op.getOpOperands())
    if (llvm::is_contained(rowOperands, operand.getOperandNumber()))
      read(operand.get(), of(op.getResult(0)));
    else
      readAll(operand.get());
}

} // namespace mixq
