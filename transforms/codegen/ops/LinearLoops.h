//===- LinearLoops.h - What the kernels of linears share --------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_LINEARLOOPS_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_LINEARLOOPS_H

#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/Packing.h"
#include "transforms/codegen/Tile.h"

namespace mixq {

struct LinearShape {
  int64_t rows, columns, depth;
  Epilogue epilogue;
  int64_t inputRowBytes = 0, resultRowBytes = 0, residualRowBytes = 0;
  bool tanh = false; ///< the form of gelu

  static LinearShape of(mlir::Value input, mlir::Value result,
                        Epilogue epilogue);
  int64_t tasks(const Target &target, ProductType type) const;
  int64_t macs() const { return rows * columns * depth; }
  /// "197x768x192_store_i192r768a0": part of a kernel's name.
  std::string name() const;
};

/// The arguments of a kernel. Remembers that one of them failed.
class Arguments {
public:
  /// Returns the argument's number.
  int64_t add(mlir::FailureOr<Matrix> matrix);
  llvm::LogicalResult status() const { return mlir::failure(anyFailed); }
  llvm::ArrayRef<Matrix> get() const { return list; }

private:
  llvm::SmallVector<Matrix> list;
  bool anyFailed = false;
};

/// A pointer to element (row, column) of a matrix of rows of `rowBytes`.
mlir::Value elementPointer(KernelBuilder &k, mlir::Value base,
                           const TilePosition &tile, int64_t rowBytes,
                           int64_t elementBytes);

/// Vector `v` of a per-column constant of 4-byte elements.
mlir::Value loadColumns(KernelBuilder &k, mlir::Type element, mlir::Value base,
                        const TilePosition &tile, int64_t v);

/// y + the residual of row and vector of a tile whose first element is at
/// `residual`.
mlir::Value addResidual(KernelBuilder &k, mlir::Value y, mlir::Value residual,
                        int64_t rowBytes, int64_t row, int64_t v);

/// Stores the accumulators of a tile through `finish(y, row, vector)`.
void storeTile(
    KernelBuilder &k, const TilePosition &tile, mlir::ValueRange sums,
    mlir::Value result, int64_t rowBytes, int64_t elementBytes,
    llvm::function_ref<mlir::Value(mlir::Value, int64_t, int64_t)> finish);

/// The operands of a product: A, the vector that every row of sums starts from,
/// and its panels (see ProductLoop).
struct LinearOperands {
  mlir::Value input, initial;
  llvm::function_ref<mlir::Value(mlir::Value)> panel;
  mlir::Value memory;
  int64_t memoryPanelBytes;
  int64_t wordGroups = 0;
};

/// The product of a linear, for tasks [begin, end).
void emitLinear(KernelBuilder &k, const LinearShape &shape, ProductType type,
                const LinearOperands &operands, mlir::Value begin,
                mlir::Value end, TileSink sink);

int64_t paddedColumns(const LoweringContext &context, int64_t columns);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_LINEARLOOPS_H
