//===- RowTables.h - Moves of rows, composed --------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A cyclic shift, a padding and a partition into windows that follow each other
// are one table: which row of the first matrix is row i of the last. A kernel
// that takes the table needs none of the matrices between.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_FUSE_ROWTABLES_H
#define MIXQ_TRANSFORMS_FUSE_ROWTABLES_H

#include "dialect/MixqDialect.h"

#include "mlir/IR/Builders.h"

#include <vector>

namespace mixq {

/// Row i of a matrix is the rows `sources[i * parts]`, ... of another side by
/// side; -1 stands for zeros.
struct RowTable {
  int64_t parts = 1;
  std::vector<int32_t> sources;

  static RowTable identity(int64_t rows);
  static RowTable of(RowMapOpInterface move);
  /// Of a `rows` operand that is a parameter. Emits a diagnostic on failure.
  static mlir::FailureOr<RowTable> read(mlir::Value rows);

  /// The table of a matrix whose rows come by `next` from a matrix of this
  /// table.
  RowTable then(const RowTable &next) const;

  bool isIdentity() const;
  bool hasZeros() const;
  /// Whether some row is nothing but zeros.
  bool hasZeroRow() const;

  /// As an i32 parameter, [rows] or with `withParts` [rows, parts].
  mlir::Value toParameter(mlir::OpBuilder &builder, mlir::Location loc,
                          const std::string &name, bool withParts) const;
};

/// Follows `value` back over moves of rows whose results nothing else reads.
/// Returns the first value, and in `table` how the rows of `value` come from
/// it.
mlir::Value lookThroughMoves(mlir::Value value, RowTable &table);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_FUSE_ROWTABLES_H
