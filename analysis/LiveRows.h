//===- LiveRows.h - Which rows of a value reach the result ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A classifier that looks at the class token alone reads, behind the attention
// of its last block, one row of each value. An error in any other row is none,
// so a calibration must not weigh it.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_LIVEROWS_H
#define MIXQ_ANALYSIS_LIVEROWS_H

#include "dialect/MixqDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace mixq {

/// Rows [begin, end) of the first dimension.
struct RowRange {
  int64_t begin = 0, end = 0;

  int64_t size() const { return end - begin; }
  bool contains(int64_t row) const { return begin <= row && row < end; }
};

/// The rows of each value of a function's only block that its results depend
/// on, as one range each: no rows where nothing reads the value, all rows where
/// an op that mixes rows does (any op but slices and RowWiseOpInterface).
class LiveRows {
public:
  explicit LiveRows(mlir::func::FuncOp function);

  /// Of a ranked tensor of the function.
  RowRange of(mlir::Value value) const { return live.lookup(value); }

private:
  void readAll(mlir::Value value);
  void read(mlir::Value value, RowRange rows);
  void visit(mlir::Operation &op);

  llvm::DenseMap<mlir::Value, RowRange> live;
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_LIVEROWS_H
