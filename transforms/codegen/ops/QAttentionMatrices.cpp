//===- QAttentionMatrices.cpp - Attention in matrix registers -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/QAttentionMatrices.h"

#include "transforms/codegen/MatrixRegisters.h"

using namespace mlir;

namespace mixq {
namespace {

// Which register holds what. Keys and values are loaded again and again, while
// those before are multiplied.
constexpr int64_t kSums = 4; ///< registers 0 to 3
constexpr int64_t kQueries = 4, kKeys = 5, kProbabilities = 6, kValues = 7;

constexpr int64_t kGroup = 4; ///< codes

int64_t groupsOf(int64_t codes) { return llvm::divideCeil(codes, kGroup); }

MatrixShapes shapesOf(int64_t rows, const MatrixSteps &head,
                      const MatrixSteps &tokens) {
  const MatrixShape sums = MatrixShape::sums(rows);
  return {sums,
          sums,
          sums,
          sums,
          MatrixShape::activations(rows, head.groups),
          MatrixShape::weights(head.groups),
          MatrixShape::activations(rows, tokens.groups),
          MatrixShape::weights(tokens.groups)};
}

} // namespace

AttentionMatrices::AttentionMatrices(KernelBuilder &k,
                                     const AttentionShape &shape)
    : shape(shape), headSteps(groupsOf(shape.headColumns)),
      tokenSteps(groupsOf(shape.tokens)) {
  if (!shape.usesMatrices(ProductType::U8S8, k.target))
    return;
  MatrixRegisters registers(k);
  lastRows = shape.tokens % kMatrixRows;
  if (shape.tokens >= kMatrixRows)
    whole = registers.emitConfiguration(
        shapesOf(kMatrixRows, headSteps, tokenSteps));
  if (lastRows)
    last =
        registers.emitConfiguration(shapesOf(lastRows, headSteps, tokenSteps));
}

int64_t AttentionMatrices::stackBytes(const AttentionShape &shape,
                                      const Target &target) {
  return shape.usesMatrices(ProductType::U8S8, target)
             ? 2 * MatrixRegisters::kConfigurationBytes
             : 0;
}

void AttentionMatrices::begin(KernelBuilder &k, int64_t rows) const {
  MatrixRegisters(k).configure(rows == lastRows ? last : whole);
}

void AttentionMatrices::end(KernelBuilder &k) const {
  MatrixRegisters(k).release();
}

void AttentionMatrices::emitScores(KernelBuilder &k,
                                   const MatrixOperands &operands) const {
  MatrixRegisters registers(k);
  const int64_t rowBytes = k.target.tileColumns() * kGroup;
  auto loadQueries = [&](Value step) {
    registers.load(
        kQueries,
        k.at(operands.queries, k.mul(step, headSteps.groups * kGroup)),
        shape.inputRowBytes);
  };
  // Heads of up to 64 columns take one step: their queries stay.
  const bool isOneStep = headSteps.count == 1;
  if (isOneStep)
    loadQueries(k.index(0));
  auto emitPanel = [&](Value panel, int64_t vectors) {
    Value firstKey = k.mul(panel, k.target.tileColumns() * 4);
    Value start = k.at(operands.corrections, firstKey);
    // A distance of 0 between rows loads the same one 16 times.
    for (int64_t v = 0; v < vectors; ++v)
      registers.load(v, k.at(start, v * kMatrixRowBytes), 0);
    Value keys =
        k.at(operands.keys,
             k.mul(panel, keyPanelBytes(shape, ProductType::U8S8, k.target)));
    k.loop(0, headSteps.count, 1, [&](Value step) {
      if (!isOneStep)
        loadQueries(step);
      Value from = k.at(keys, k.mul(step, headSteps.groups * rowBytes));
      for (int64_t v = 0; v < vectors; ++v) {
        registers.load(kKeys, k.at(from, v * kMatrixRowBytes), rowBytes);
        registers.multiplyAdd(v, kQueries, kKeys);
      }
    });
    for (int64_t v = 0; v < vectors; ++v)
      registers.store(
          v, k.at(k.at(operands.scores, firstKey), v * kMatrixRowBytes),
          shape.paddedTokens() * 4);
  };
  const int64_t columns = k.target.tileColumns();
  const int64_t full = shape.tokens / columns, rest = shape.tokens % columns;
  if (full)
    k.loop(0, full, 1,
           [&](Value panel) { emitPanel(panel, k.target.tileVectors); });
  if (rest)
    emitPanel(k.index(full), llvm::divideCeil(rest, k.target.lanes));
}

void AttentionMatrices::emitValues(
    KernelBuilder &k, const MatrixOperands &operands, int64_t rows,
    llvm::function_ref<void(int64_t, int64_t, ValueRange)> sink) const {
  MatrixRegisters registers(k);
  const int64_t lanes = k.target.lanes, rowBytes = shape.headColumns * kGroup;
  const int64_t sumsRowBytes = kSums * kMatrixRowBytes;
  for (int64_t column = 0; column < shape.headColumns;
       column += kSums * lanes) {
    const int64_t vectors = std::min<int64_t>(
        kSums, llvm::divideCeil(shape.headColumns - column, lanes));
    for (int64_t v = 0; v < vectors; ++v)
      registers.zero(v);
    k.loop(0, tokenSteps.count, 1, [&](Value step) {
      registers.load(
          kProbabilities,
          k.at(operands.codes, k.mul(step, tokenSteps.groups * kGroup)),
          shape.paddedTokens());
      Value from =
          k.at(operands.values, k.mul(step, tokenSteps.groups * rowBytes));
      for (int64_t v = 0; v < vectors; ++v) {
        registers.load(kValues, k.at(from, (column + v * lanes) * kGroup),
                       rowBytes);
        registers.multiplyAdd(v, kProbabilities, kValues);
      }
    });
    for (int64_t v = 0; v < vectors; ++v)
      registers.store(v, k.at(operands.scores, v * kMatrixRowBytes),
                      sumsRowBytes);
    for (int64_t r = 0; r < rows; ++r) {
      KernelBuilder::Values sums;
      for (int64_t v = 0; v < vectors; ++v)
        sums.push_back(k.load(
            k.vec(k.i32(), lanes),
            k.at(operands.scores, r * sumsRowBytes + v * kMatrixRowBytes)));
      sink(r, column, sums);
    }
  }
}

} // namespace mixq
