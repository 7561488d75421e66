//===- Tile.h - The register tile of a product ------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One tile of C = A B^T: `rows` x `vectors` accumulators that stay in registers
// over the whole sum. A is read row by row, B from panels (Packing.h). The same
// tile serves linears, Q K^T and P V, in u8 x s8 and in fp32.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_TILE_H
#define MIXQ_TRANSFORMS_CODEGEN_TILE_H

#include "transforms/codegen/KernelBuilder.h"

namespace mixq {

/// Products that one lane sums at once: the innermost extent of a panel.
int64_t groupOf(ProductType type, const Target &target);

/// One group of a row of A, loaded from `pointer`, in every lane.
mlir::Value emitLoadA(KernelBuilder &k, ProductType type, mlir::Value pointer);
/// One vector of a group of B. Panels are whole vectors; of fp32 that lies as
/// it is, only `lanes` elements are read.
mlir::Value emitLoadB(KernelBuilder &k, ProductType type, mlir::Value pointer,
                      int64_t lanes);
/// `sum` and the products of a group, in each lane; where the target
/// multipliesWords(), those of two words.
mlir::Value emitMultiplyAdd(KernelBuilder &k, ProductType type, mlir::Value sum,
                            mlir::Value a, mlir::Value b);

/// A call of the LLVM intrinsic `name`.
mlir::Value emitIntrinsic(KernelBuilder &k, llvm::StringRef name,
                          mlir::Type result, mlir::ValueRange operands);

/// What the tile reads. Group s of A starts at a + s * group * sizeof(element);
/// group s of B at b + s * bGroupBytes, its vectors side by side.
struct TileOperands {
  mlir::Value a;
  int64_t aRowBytes;
  mlir::Value b;
  int64_t bGroupBytes;
  int64_t groups; ///< extent of the sum in groups
  /// Lanes of the last vector of B that are there to be read; 0 stands for all.
  int64_t lastLanes = 0;
  /// Groups of codes whose products sum in 16 bits (WordTile.h); 0 is safe.
  int64_t wordGroups = 0;
};

/// Emits the sum over all groups, starting from `init` (row-major, rows x
/// vectors). Returns the accumulators in the same order.
KernelBuilder::Values emitTile(KernelBuilder &k, ProductType type, int64_t rows,
                               int64_t vectors, const TileOperands &operands,
                               KernelBuilder::Values init);

/// Where a tile lies in C. `rows` is a constant of this copy of the code.
struct TilePosition {
  mlir::Value row;    ///< first row
  mlir::Value column; ///< first column
  int64_t rows;
  int64_t vectors;
};

/// The loop over all tiles of a matrix product, as tasks
/// [begin, end): task = panel * tiles of rows + tile of rows, so that a range
/// of tasks reads few panels.
struct ProductLoop {
  ProductType type;
  int64_t rows;    ///< of C
  int64_t columns; ///< of C
  int64_t groups;  ///< extent of the sum in groups
  int64_t aRowBytes;
  mlir::Value a;
  /// The panel of that index, as tiles read it; called once for all tiles of a
  /// range of tasks that read it.
  llvm::function_ref<mlir::Value(mlir::Value)> panel;
  int64_t wordGroups = 0; ///< see TileOperands
  /// Where panels lie one after the other in memory, unpacked or not.
  mlir::Value memory = nullptr;
  int64_t memoryPanelBytes = 0;

  int64_t rowTiles(const Target &target) const {
    return llvm::divideCeil(rows, target.linearRows(type));
  }
};

using TileInit =
    llvm::function_ref<KernelBuilder::Values(const TilePosition &)>;
using TileSink =
    llvm::function_ref<void(const TilePosition &, mlir::ValueRange)>;

void emitProductLoop(KernelBuilder &k, const ProductLoop &product,
                     mlir::Value begin, mlir::Value end, TileInit init,
                     TileSink sink);

/// Calls `body(panel, first, last)` for the tiles of rows [first, last) of each
/// panel that tasks [begin, end) read.
void emitForPanels(
    KernelBuilder &k, int64_t rowTiles, mlir::Value begin, mlir::Value end,
    llvm::function_ref<void(mlir::Value, mlir::Value, mlir::Value)> body);

/// Runs `body(rows)` for the tile of rows that starts at `tile * tileRows`:
/// one copy of the code for full tiles, one for the last if it is shorter.
void emitForRowTile(KernelBuilder &k, int64_t rows, int64_t tileRows,
                    mlir::Value tile, llvm::function_ref<void(int64_t)> body);

/// Runs `body(vectors)` for a panel of a product of so many columns: one copy
/// of the code for whole panels, one for the last if fewer vectors hold its
/// columns. Of 96 columns the second panel of 64 is half padding.
void emitForPanel(KernelBuilder &k, int64_t columns, mlir::Value panel,
                  llvm::function_ref<void(int64_t)> body);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_TILE_H
