//===- Tile.cpp - The register tile of a product --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/Tile.h"

#include "transforms/codegen/VectorMath.h"
#include "transforms/codegen/WordTile.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mixq {

int64_t groupOf(ProductType type, const Target &target) {
  return type == ProductType::F32 ? 1 : target.dotGroup;
}

Value emitIntrinsic(KernelBuilder &k, StringRef name, Type result,
                    ValueRange operands) {
  return k
      .create<LLVM::CallIntrinsicOp>(TypeRange(result),
                                     k.builder.getStringAttr(name), operands,
                                     LLVM::FastmathFlags{})
      ->getResult(0);
}

Value emitLoadA(KernelBuilder &k, ProductType type, Value pointer) {
  if (type == ProductType::F32)
    return k.broadcast(k.load(k.f32(), pointer), k.target.lanes);
  return k.broadcast(k.load(k.i32(), pointer), k.target.lanes);
}

Value emitLoadB(KernelBuilder &k, ProductType type, Value pointer,
                int64_t lanes) {
  if (type == ProductType::F32)
    return k.loadFirst(k.vec(k.f32(), k.target.lanes), lanes, pointer);
  return k.load(k.vec(k.i32(), k.target.lanes), pointer);
}

Value emitMultiplyAdd(KernelBuilder &k, ProductType type, Value sum, Value a,
                      Value b) {
  // The order and rounding of fp32 products is the target's.
  if (type == ProductType::F32 && !k.target.hasFma())
    return k.create<arith::AddFOp>(sum, k.create<arith::MulFOp>(a, b));
  if (type == ProductType::F32)
    return emitFma(k, a, b, sum);
  if (k.target.dot == DotProduct::Vpdpbusd512)
    return emitIntrinsic(k, "llvm.x86.avx512.vpdpbusd.512", sum.getType(),
                         {sum, a, b});
  // Named after AVX512, but selected in its VEX form for AVX-VNNI.
  if (k.target.dot == DotProduct::Vpdpbusd256)
    return emitIntrinsic(k, "llvm.x86.avx512.vpdpbusd.256", sum.getType(),
                         {sum, a, b});
  // Of words, two products a lane.
  return k.add(sum, emitMultiplyWords(k, a, b));
}

static int64_t bytesOfVector(KernelBuilder &k, ProductType type) {
  return k.target.lanes * (type == ProductType::F32 ? 4 : k.target.dotGroup);
}

KernelBuilder::Values emitTile(KernelBuilder &k, ProductType type, int64_t rows,
                               int64_t vectors, const TileOperands &operands,
                               KernelBuilder::Values init) {
  if (k.target.multipliesWords(type))
    return emitWordTile(k, rows, vectors, operands, init);
  int64_t aGroupBytes = type == ProductType::F32 ? 4 : groupOf(type, k.target);
  auto body = [&](Value step, ValueRange sums) {
    Value aStep = k.at(operands.a, k.mul(step, aGroupBytes));
    Value bStep = k.at(operands.b, k.mul(step, operands.bGroupBytes));
    KernelBuilder::Values b, result;
    for (int64_t v = 0; v < vectors; ++v) {
      bool isPartial = v == vectors - 1 && operands.lastLanes;
      b.push_back(emitLoadB(k, type, k.at(bStep, v * bytesOfVector(k, type)),
                            isPartial ? operands.lastLanes : k.target.lanes));
    }
    for (int64_t r = 0; r < rows; ++r) {
      Value a = emitLoadA(k, type, k.at(aStep, r * operands.aRowBytes));
      for (int64_t v = 0; v < vectors; ++v)
        result.push_back(
            emitMultiplyAdd(k, type, sums[r * vectors + v], a, b[v]));
    }
    return result;
  };
  return k.loop(k.index(0), k.index(operands.groups), 1, init, body);
}

void emitForRowTile(KernelBuilder &k, int64_t rows, int64_t tileRows,
                    Value tile, function_ref<void(int64_t)> body) {
  int64_t full = rows / tileRows, rest = rows % tileRows;
  if (rest == 0)
    return body(tileRows);
  if (full == 0)
    return body(rest);
  Value isLast =
      k.create<arith::CmpIOp>(arith::CmpIPredicate::eq, tile, k.index(full));
  k.branch(isLast, [&] { body(rest); }, [&] { body(tileRows); });
}

void emitForPanel(KernelBuilder &k, int64_t columns, Value panel,
                  function_ref<void(int64_t)> body) {
  const int64_t whole = k.target.tileVectors, width = k.target.tileColumns();
  int64_t full = columns / width;
  int64_t rest = llvm::divideCeil(columns % width, k.target.lanes);
  if (rest == 0 || rest == whole)
    return body(whole);
  if (full == 0)
    return body(rest);
  Value isLast =
      k.create<arith::CmpIOp>(arith::CmpIPredicate::eq, panel, k.index(full));
  k.branch(isLast, [&] { body(rest); }, [&] { body(whole); });
}

void emitForPanels(KernelBuilder &k, int64_t rowTiles, Value begin, Value end,
                   function_ref<void(Value, Value, Value)> body) {
  Value tiles = k.index(rowTiles);
  Value first = k.divide(begin, rowTiles);
  Value last = k.divide(k.add(end, k.index(rowTiles - 1)), rowTiles);
  k.loop(first, last, 1, {}, [&](Value panel, ValueRange) {
    Value start = k.mul(panel, rowTiles);
    Value from = k.create<arith::MaxSIOp>(
        k.create<arith::SubIOp>(begin, start).getResult(), k.index(0));
    Value to = k.create<arith::MinSIOp>(
        k.create<arith::SubIOp>(end, start).getResult(), tiles);
    body(panel, from, to);
    return KernelBuilder::Values();
  });
}

void emitProductLoop(KernelBuilder &k, const ProductLoop &product, Value begin,
                     Value end, TileInit init, TileSink sink) {
  const Target &target = k.target;
  TileOperands operands;
  operands.aRowBytes = product.aRowBytes;
  operands.bGroupBytes = target.tileVectors * bytesOfVector(k, product.type);
  operands.groups = product.groups;
  operands.wordGroups = product.wordGroups;
  auto emitTiles = [&](Value column, int64_t vectors, Value first, Value last) {
    k.loop(first, last, 1, {}, [&](Value tile, ValueRange) {
      Value row = k.mul(tile, target.tileRows);
      operands.a = k.at(product.a, k.mul(row, product.aRowBytes));
      emitForRowTile(k, product.rows, target.tileRows, tile, [&](int64_t rows) {
        TilePosition position{row, column, rows, vectors};
        sink(position, emitTile(k, product.type, rows, vectors, operands,
                                init(position)));
      });
      return KernelBuilder::Values();
    });
  };
  emitForPanels(k, product.rowTiles(target), begin, end,
                [&](Value panel, Value first, Value last) {
                  operands.b = product.panel(panel);
                  Value column = k.mul(panel, target.tileColumns());
                  emitForPanel(k, product.columns, panel, [&](int64_t vectors) {
                    emitTiles(column, vectors, first, last);
                  });
                });
}

} // namespace mixq
