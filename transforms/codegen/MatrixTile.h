//===- MatrixTile.h - A product in matrix registers -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Tile.h does in vector registers, in those of AMX (MatrixRegisters.h): a
// tile of 32 x 32 sums of a linear.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_MATRIXTILE_H
#define MIXQ_TRANSFORMS_CODEGEN_MATRIXTILE_H

#include "transforms/codegen/Tile.h"

namespace mixq {

/// emitProductLoop (Tile.h) in matrix registers: tiles of target.matrixRows
/// rows. Every row of sums starts from the int32 of its columns at `initial`.
/// `sink` gets some rows of a tile at a time.
void emitMatrixProductLoop(KernelBuilder &k, const ProductLoop &product,
                           mlir::Value initial, mlir::Value begin,
                           mlir::Value end, TileSink sink);

/// Multiplications of one round of emitMatrixRoof.
int64_t matrixRoofMacs();

/// `rounds` times as many products as sums fit the registers, of what is at
/// `memory`: 1 KiB.
void emitMatrixRoof(KernelBuilder &k, mlir::Value memory, mlir::Value rounds);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_MATRIXTILE_H
