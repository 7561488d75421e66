//===- QAttentionMatrices.h - Attention in matrix registers -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The two products of integer attention in the registers of AMX, for a tile of
// up to 16 queries. What they read lies as for the tile of vector registers.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONMATRICES_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONMATRICES_H

#include "transforms/codegen/ops/AttentionLoops.h"

namespace mixq {

/// Pointers of a tile.
struct MatrixOperands {
  mlir::Value queries, keys, corrections, values;
  mlir::Value scores; ///< int32, rows of paddedTokens()
  mlir::Value codes;  ///< of the probabilities, rows of paddedTokens()
};

/// Where attention does not use them (AttentionShape::usesMatrices), there is
/// nothing to call.
class AttentionMatrices {
public:
  /// Puts the shapes of the registers on the stack: before any loop.
  AttentionMatrices(KernelBuilder &k, const AttentionShape &shape);
  static int64_t stackBytes(const AttentionShape &shape, const Target &target);

  /// Sets the registers up for a tile of `rows` rows, and gives them back.
  void begin(KernelBuilder &k, int64_t rows) const;
  void end(KernelBuilder &k) const;

  /// Writes the scores of a tile.
  void emitScores(KernelBuilder &k, const MatrixOperands &operands) const;

  /// Calls `sink(row, column, sums)` for the product of the probabilities with
  /// the values, a row of up to 4 vectors at a time. Overwrites the scores.
  void emitValues(
      KernelBuilder &k, const MatrixOperands &operands, int64_t rows,
      llvm::function_ref<void(int64_t, int64_t, mlir::ValueRange)> sink) const;

private:
  AttentionShape shape;
  MatrixSteps headSteps, tokenSteps;
  int64_t lastRows = 0;
  mlir::Value whole, last; ///< configurations
};

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONMATRICES_H
