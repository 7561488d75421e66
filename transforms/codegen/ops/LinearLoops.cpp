//===- LinearLoops.cpp - What the kernels of linears share ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/LinearLoops.h"

#include "transforms/codegen/MatrixTile.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mixq {

LinearShape LinearShape::of(Value input, Value result, Epilogue epilogue) {
  auto type = cast<RankedTensorType>(result.getType());
  return {type.getDimSize(0), type.getDimSize(1),
          cast<RankedTensorType>(input.getType()).getDimSize(1), epilogue};
}

int64_t LinearShape::tasks(const Target &target, ProductType type) const {
  return llvm::divideCeil(columns, target.tileColumns()) *
         llvm::divideCeil(rows, target.linearRows(type));
}

std::string LinearShape::name() const {
  return llvm::formatv("{0}x{1}x{2}_{3}{7}_i{4}r{5}a{6}", rows, columns, depth,
                       stringifyEpilogue(epilogue), inputRowBytes,
                       resultRowBytes, residualRowBytes, tanh ? "_tanh" : "");
}

int64_t Arguments::add(FailureOr<Matrix> matrix) {
  if (failed(matrix))
    anyFailed = true;
  list.push_back(failed(matrix) ? Matrix() : *matrix);
  return list.size() - 1;
}

Value elementPointer(KernelBuilder &k, Value base, const TilePosition &tile,
                     int64_t rowBytes, int64_t elementBytes) {
  Value rowStart = k.at(base, k.mul(tile.row, rowBytes));
  return k.at(rowStart, k.mul(tile.column, elementBytes));
}

Value loadColumns(KernelBuilder &k, Type element, Value base,
                  const TilePosition &tile, int64_t v) {
  Value start = k.at(base, k.mul(tile.column, 4));
  return k.load(k.vec(element, k.target.lanes),
                k.at(start, v * k.target.lanes * 4));
}

/// Every row starts from the same per-column vector.
static KernelBuilder::Values initialSums(KernelBuilder &k, Type element,
                                         Value base, const TilePosition &tile) {
  KernelBuilder::Values columns, init;
  for (int64_t v = 0; v < tile.vectors; ++v)
    columns.push_back(loadColumns(k, element, base, tile, v));
  for (int64_t r = 0; r < tile.rows; ++r)
    init.append(columns);
  return init;
}

Value addResidual(KernelBuilder &k, Value y, Value residual, int64_t rowBytes,
                  int64_t row, int64_t v) {
  Value pointer = k.at(residual, row * rowBytes + v * k.target.lanes * 4);
  return k.create<arith::AddFOp>(y, k.load(y.getType(), pointer));
}

void storeTile(KernelBuilder &k, const TilePosition &tile, ValueRange sums,
               Value result, int64_t rowBytes, int64_t elementBytes,
               llvm::function_ref<Value(Value, int64_t, int64_t)> finish) {
  for (int64_t v = 0; v < tile.vectors; ++v)
    for (int64_t r = 0; r < tile.rows; ++r)
      k.store(finish(sums[r * tile.vectors + v], r, v),
              k.at(result, r * rowBytes + v * k.target.lanes * elementBytes));
}

void emitLinear(KernelBuilder &k, const LinearShape &shape, ProductType type,
                const LinearOperands &operands, Value begin, Value end,
                TileSink sink) {
  ProductLoop product;
  product.type = type;
  product.rows = shape.rows;
  product.columns = shape.columns;
  int64_t group = groupOf(type, k.target);
  product.groups = roundUp(shape.depth, group) / group;
  product.aRowBytes = shape.inputRowBytes;
  product.a = operands.input;
  product.panel = operands.panel;
  product.wordGroups = operands.wordGroups;
  product.memory = operands.memory;
  product.memoryPanelBytes = operands.memoryPanelBytes;
  if (type == ProductType::U8S8 && k.target.hasMatrices())
    return emitMatrixProductLoop(k, product, operands.initial, begin, end,
                                 sink);
  Type sumType = type == ProductType::F32 ? k.f32() : k.i32();
  emitProductLoop(
      k, product, begin, end,
      [&](const TilePosition &tile) {
        return initialSums(k, sumType, operands.initial, tile);
      },
      sink);
}

int64_t paddedColumns(const LoweringContext &context, int64_t columns) {
  return roundUp(columns, context.target.tileColumns());
}

} // namespace mixq
