//===- MatrixTile.cpp - A product in matrix registers ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/MatrixTile.h"

#include "transforms/codegen/MatrixRegisters.h"

using namespace mlir;

namespace mixq {
namespace {

// Which register holds what: 2 x 2 of sums, 2 of activations, 2 of weights.
constexpr int64_t kActivations = 4, kWeights = 6;
constexpr int64_t sumRegister(int64_t i, int64_t j) { return 2 * i + j; }

constexpr int64_t kLineBytes = 64;

/// Sums that are finished together, in registers of vectors.
constexpr int64_t kFinishedVectors = 8;

/// For a tile of `rows` rows. One of 16 or fewer leaves the second registers of
/// sums and activations alone.
MatrixShapes shapesOf(int64_t rows, int64_t groups) {
  const int64_t first = std::min(rows, kMatrixRows);
  const int64_t second =
      std::clamp<int64_t>(rows - kMatrixRows, 1, kMatrixRows);
  return {MatrixShape::sums(first),
          MatrixShape::sums(first),
          MatrixShape::sums(second),
          MatrixShape::sums(second),
          MatrixShape::activations(first, groups),
          MatrixShape::activations(second, groups),
          MatrixShape::weights(groups),
          MatrixShape::weights(groups)};
}

class MatrixProduct {
public:
  MatrixProduct(KernelBuilder &k, const ProductLoop &product, Value initial,
                TileSink sink)
      : k(k), registers(k), product(product), initial(initial), sink(sink),
        steps(product.groups), tileRows(k.target.matrixRows),
        lastRows(product.rows % tileRows), rowBytes(k.target.tileColumns() * 4),
        sums(k.stack(tileRows * rowBytes)) {
    if (product.rows >= tileRows)
      whole = registers.emitConfiguration(shapesOf(tileRows, steps.groups));
    if (lastRows)
      last = registers.emitConfiguration(shapesOf(lastRows, steps.groups));
  }

  void emit(Value begin, Value end) {
    registers.configure(whole ? whole : last);
    emitForPanels(
        k, product.rowTiles(k.target), begin, end,
        [&](Value index, Value first, Value end) {
          Value panel = product.panel(index);
          Value column = k.mul(index, k.target.tileColumns());
          emitForPanel(k, product.columns, index, [&](int64_t vectors) {
            k.loop(first, end, 1, {}, [&](Value tile, ValueRange) {
              Value next =
                  k.at(product.memory, k.mul(k.add(index, k.index(1)),
                                             product.memoryPanelBytes));
              emitRows(tile, {panel, next}, column, vectors);
              return KernelBuilder::Values();
            });
          });
        });
    registers.release();
  }

private:
  /// What a tile reads, and where memory has the next one.
  struct Panel {
    Value weights, next;
  };

  void emitRows(Value tile, const Panel &panel, Value column, int64_t vectors) {
    Value row = k.mul(tile, tileRows);
    emitForRowTile(k, product.rows, tileRows, tile, [&](int64_t rows) {
      // The last rows have shapes of their own, and are the last of a panel.
      bool isOther = whole && rows < tileRows;
      TilePosition position{row, column, rows, vectors};
      if (isOther)
        registers.configure(last);
      emitSums(position, tile, panel);
      if (isOther)
        registers.configure(whole);
      emitFinish(position);
    });
  }

  /// Asks for a part of the next panel: after all steps of all tiles, for all
  /// of it. The products of a panel take as long as its way from memory, so
  /// waiting for it where it is first read took a sixth of ViT-Base.
  void emitPrefetch(Value tile, Value step, Value next) {
    constexpr int32_t kRead = 0, kSecondLevel = 2, kData = 1;
    const int64_t parts = product.rowTiles(k.target) * steps.count;
    const int64_t lines =
        llvm::divideCeil(product.memoryPanelBytes, kLineBytes * parts);
    Value part = k.add(k.mul(tile, steps.count), step);
    Value from = k.at(next, k.mul(part, lines * kLineBytes));
    for (int64_t line = 0; line < lines; ++line)
      k.create<LLVM::Prefetch>(k.at(from, line * kLineBytes), kRead,
                               kSecondLevel, kData);
  }

  /// The sums of a tile, to the stack.
  void emitSums(const TilePosition &tile, Value index, const Panel &panel) {
    const int64_t heights = llvm::divideCeil(tile.rows, kMatrixRows);
    Value start = k.at(initial, k.mul(tile.column, 4));
    Value a = k.at(product.a, k.mul(tile.row, product.aRowBytes));
    auto forSums = [&](llvm::function_ref<void(int64_t, int64_t)> body) {
      for (int64_t i = 0; i < heights; ++i)
        for (int64_t j = 0; j < tile.vectors; ++j)
          body(i, j);
    };
    // A distance of 0 between rows loads the same one 16 times.
    forSums([&](int64_t i, int64_t j) {
      registers.load(sumRegister(i, j), k.at(start, j * kMatrixRowBytes), 0);
    });
    k.loop(0, steps.count, 1, [&](Value step) {
      Value aStep = k.at(a, k.mul(step, steps.groups * 4));
      Value bStep = k.at(panel.weights, k.mul(step, steps.groups * rowBytes));
      emitPrefetch(index, step, panel.next);
      for (int64_t i = 0; i < heights; ++i)
        registers.load(kActivations + i,
                       k.at(aStep, i * kMatrixRows * product.aRowBytes),
                       product.aRowBytes);
      for (int64_t j = 0; j < tile.vectors; ++j)
        registers.load(kWeights + j, k.at(bStep, j * kMatrixRowBytes),
                       rowBytes);
      forSums([&](int64_t i, int64_t j) {
        registers.multiplyAdd(sumRegister(i, j), kActivations + i,
                              kWeights + j);
      });
    });
    forSums([&](int64_t i, int64_t j) {
      registers.store(
          sumRegister(i, j),
          k.at(sums, i * kMatrixRows * rowBytes + j * kMatrixRowBytes),
          rowBytes);
    });
  }

  /// Hands the sums on the stack to `sink`, some rows at a time.
  void emitFinish(const TilePosition &tile) {
    const int64_t atOnce = kFinishedVectors / tile.vectors;
    const int64_t rest = tile.rows % atOnce;
    auto finish = [&](Value first, int64_t rows) {
      Value from = k.at(sums, k.mul(first, rowBytes));
      KernelBuilder::Values vectors;
      for (int64_t r = 0; r < rows; ++r)
        for (int64_t v = 0; v < tile.vectors; ++v)
          vectors.push_back(
              k.load(k.vec(k.i32(), k.target.lanes),
                     k.at(from, r * rowBytes + v * kMatrixRowBytes)));
      sink({k.add(tile.row, first), tile.column, rows, tile.vectors}, vectors);
    };
    k.loop(0, tile.rows - rest, atOnce,
           [&](Value first) { finish(first, atOnce); });
    if (rest)
      finish(k.index(tile.rows - rest), rest);
  }

  KernelBuilder &k;
  MatrixRegisters registers;
  const ProductLoop &product;
  Value initial;
  TileSink sink;
  MatrixSteps steps;
  int64_t tileRows, lastRows;
  int64_t rowBytes; ///< of the sums, and of a group of a panel
  Value sums;
  Value whole, last; ///< configurations
};

} // namespace

void emitMatrixProductLoop(KernelBuilder &k, const ProductLoop &product,
                           Value initial, Value begin, Value end,
                           TileSink sink) {
  MatrixProduct(k, product, initial, sink).emit(begin, end);
}

int64_t matrixRoofMacs() {
  return 4 * kMatrixRows * kMatrixRows * kMatrixRowBytes;
}

void emitMatrixRoof(KernelBuilder &k, Value memory, Value rounds) {
  MatrixRegisters registers(k);
  registers.configure(registers.emitConfiguration(
      shapesOf(2 * kMatrixRows, MatrixSteps::kMostGroups)));
  for (int64_t index = 0; index < kWeights + 2; ++index)
    registers.load(index, memory, kMatrixRowBytes);
  k.loop(k.index(0), rounds, 1, {}, [&](Value, ValueRange) {
    for (int64_t i = 0; i < 2; ++i)
      for (int64_t j = 0; j < 2; ++j)
        registers.multiplyAdd(sumRegister(i, j), kActivations + i,
                              kWeights + j);
    return KernelBuilder::Values();
  });
  registers.release();
}

} // namespace mixq
