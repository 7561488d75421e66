//===- AttentionLoops.h - What fp32 and integer attention share -*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attention is two steps. The first packs keys (and integer values) of every
// head into panels, once; the second takes one tile of queries of one head at a
// time: scores, softmax and the product with the values, all in the cache.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_ATTENTIONLOOPS_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_ATTENTIONLOOPS_H

#include "dialect/Numerics.h"
#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/MatrixRegisters.h"
#include "transforms/codegen/Packing.h"
#include "transforms/codegen/Tile.h"

#include <algorithm>

namespace mixq {

struct AttentionShape {
  /// Those of a window of 8 x 8, whose scores are 16 KiB.
  static constexpr int64_t kMostQueries = 64;

  int64_t tokens, heads, headColumns;
  int64_t inputRowBytes = 0, resultRowBytes = 0;

  /// Columns of all heads: where keys start, and values at twice that.
  int64_t columns() const { return heads * headColumns; }
  /// Score rows in scratch memory: whole panels, whole softmax vectors.
  int64_t paddedTokens() const { return roundUp(tokens, 64); }
  /// Whether matrix registers multiply. To set them up for a tile and to wait
  /// for what comes out of them takes more than a window of 7 x 7 tokens saves.
  bool usesMatrices(ProductType type, const Target &target) const {
    return type == ProductType::U8S8 && target.hasMatrices() && tokens > 64;
  }
  /// Queries that one product takes.
  int64_t productRows(ProductType type, const Target &target) const {
    return usesMatrices(type, target) ? kMatrixRows : target.tileRows;
  }
  /// Queries that one tile takes: those of a product, or, where codes meet
  /// vector registers, of several. The passes of their softmax wait for each
  /// other, and few rows do not fill that time.
  int64_t queryRows(ProductType type, const Target &target) const {
    int64_t rows = productRows(type, target);
    if (type == ProductType::F32 || usesMatrices(type, target))
      return rows;
    return tokens <= kMostQueries ? tokens : 2 * rows;
  }
  int64_t rowTiles(ProductType type, const Target &target) const {
    return llvm::divideCeil(tokens, queryRows(type, target));
  }
  int64_t keyPanels(const Target &target) const {
    return roundUp(tokens, target.tileColumns()) / target.tileColumns();
  }
  /// Lanes of a vector at `column` of a head that belong to the head.
  int64_t valueLanes(int64_t column, const Target &target) const {
    return std::min(target.lanes, headColumns - column);
  }
};

/// One tile of queries of one head.
struct QueryTile {
  mlir::Value head;
  mlir::Value row; ///< the first query
  int64_t rows;
};

/// Tasks [begin, end): task = head * tiles of rows + tile of rows.
void emitQueryTiles(KernelBuilder &k, const AttentionShape &shape,
                    ProductType type, mlir::Value begin, mlir::Value end,
                    llvm::function_ref<void(const QueryTile &)> body);

/// The products of a tile of so many queries: the first query of each, counted
/// from the tile's, and how many it takes.
void emitProducts(
    KernelBuilder &k, int64_t queries, int64_t productRows,
    llvm::function_ref<void(mlir::Value first, int64_t rows)> body);

/// Scores of a product: `a` holds its queries. Panel p of the packed keys
/// starts at `keys + p * panelBytes`. `init(p, vectors)` starts the sums;
/// scores go to `scores`, rows of paddedTokens() 4-byte elements.
struct ScoreOperands {
  ProductType type;
  mlir::Value queries;
  mlir::Value keys;
  mlir::Value scores;
};
void emitScores(KernelBuilder &k, const AttentionShape &shape,
                const ScoreOperands &operands, int64_t rows,
                llvm::function_ref<KernelBuilder::Values(mlir::Value firstKey,
                                                         int64_t vectors)>
                    init);

/// Bytes of one panel of packed keys, and of all those of a head.
int64_t keyPanelBytes(const AttentionShape &shape, ProductType type,
                      const Target &target);
int64_t packedKeyBytes(const AttentionShape &shape, ProductType type,
                       const Target &target);

/// The vectors of 16 of one row of scores. Full vectors run in a loop; the last
/// may be partial. `body(offset in elements, valid lanes, carried)`.
KernelBuilder::Values
emitRowVectors(KernelBuilder &k, int64_t tokens, mlir::ValueRange init,
               llvm::function_ref<KernelBuilder::Values(mlir::Value, int64_t,
                                                        mlir::ValueRange)>
                   body);

/// The product of a tile's probabilities with the values of a head. The sums of
/// the columns from `column` on go to `sink`, `vectors` a row, of which the
/// last may reach past the head (see valueLanes). Integer values may be read
/// that far.
struct ValueOperands {
  ProductType type;
  mlir::Value probabilities;
  int64_t probabilityRowBytes;
  mlir::Value values;
  int64_t valueGroupBytes; ///< from one group of tokens to the next
};
void emitWeightedValues(
    KernelBuilder &k, const AttentionShape &shape,
    const ValueOperands &operands, int64_t rows,
    llvm::function_ref<void(int64_t column, int64_t vectors, mlir::ValueRange)>
        sink);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_ATTENTIONLOOPS_H
