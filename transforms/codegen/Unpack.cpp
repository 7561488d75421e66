//===- Unpack.cpp - From packed bits to the panel of a tile ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/Unpack.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mixq {
namespace {

/// The zero-points of the columns that vector `v` of a group holds, each as
/// often as the group has bytes.
Value emitZeroPoints(KernelBuilder &k, Value zeroPoints, int64_t v) {
  int64_t bytes = k.target.lanes * 4, group = k.target.dotGroup;
  int64_t columns = bytes / group;
  Type words = k.vec(k.i32(), columns);
  Value column = k.create<arith::ExtUIOp>(
      words, k.load(k.vec(k.i8(), columns), k.at(zeroPoints, v * columns)));
  return k.bitcast(k.mul(column, k.constant(words, int64_t(0x01010101))),
                   k.vec(k.i8(), bytes));
}

/// The bits that `plane` holds of vector `v`, at their place in the code.
Value emitField(KernelBuilder &k, const BitPlane &plane, Value packed,
                int64_t v) {
  int64_t bytes = k.target.lanes * 4;
  Type type = k.vec(k.i8(), bytes);
  // Shifted as words: what comes from the neighbouring byte lies outside the
  // mask.
  Type words = k.vec(k.i32(), k.target.lanes);
  Value vector = k.load(words, k.at(packed, plane.vectorOf(v) * bytes));
  int64_t right = plane.shiftOf(v) - plane.lowest;
  if (right > 0)
    vector = k.create<arith::ShRUIOp>(vector, k.constant(words, right));
  else if (right < 0)
    vector = k.create<arith::ShLIOp>(vector, k.constant(words, -right));
  int64_t mask = ((int64_t(1) << plane.width) - 1) << plane.lowest;
  return k.create<arith::AndIOp>(k.bitcast(vector, type),
                                 k.constant(type, int64_t(int8_t(mask))));
}

/// Zeros for the rows of the last group that are beyond K.
void emitLastGroup(KernelBuilder &k, const PackedWeights &weights,
                   Value scratch) {
  int64_t group = k.target.dotGroup, rest = weights.depth % group;
  if (rest == 0)
    return;
  int64_t bytes = k.target.lanes * 4;
  SmallVector<int8_t> kept(bytes);
  for (int64_t i = 0; i < bytes; ++i)
    kept[i] = i % group < rest ? -1 : 0;
  auto type = k.vec(k.i8(), bytes);
  Value mask = k.create<arith::ConstantOp>(
      DenseElementsAttr::get(type, llvm::ArrayRef<int8_t>(kept)));
  int64_t groupBytes = k.target.tileColumns() * group;
  Value start = k.at(scratch, weights.depth / group * groupBytes);
  for (int64_t at = 0; at < groupBytes; at += bytes) {
    Value pointer = k.at(start, at);
    k.store(k.create<arith::AndIOp>(k.load(type, pointer), mask), pointer);
  }
}

/// Zeros for the groups beyond that one, where products read more.
void emitPaddingGroups(KernelBuilder &k, const PackedWeights &weights,
                       Value scratch) {
  int64_t bytes = k.target.lanes * 4, columns = k.target.tileColumns();
  int64_t first = roundUp(weights.depth, k.target.dotGroup) * columns;
  Value zero = k.constant(k.vec(k.i8(), bytes), int64_t(0));
  for (int64_t at = first; at < weights.panelBytes(k.target); at += bytes)
    k.store(zero, k.at(scratch, at));
}

} // namespace

void emitUnpack(KernelBuilder &k, const PackedWeights &weights, Value packed,
                Value zeroPoints, Value scratch) {
  BitPacking packing = weights.packing(k.target);
  int64_t vectors =
      k.target.tileColumns() * k.target.dotGroup / packing.vectorBytes;
  KernelBuilder::Values zeros;
  for (int64_t v = 0; v < vectors; ++v)
    zeros.push_back(emitZeroPoints(k, zeroPoints, v));
  int64_t chunks = packing.chunks(weights.panelBytes(k.target));
  k.loop(0, chunks, 1, [&](Value chunk) {
    Value from = k.at(packed, k.mul(chunk, packing.packedChunkBytes()));
    Value to = k.at(scratch, k.mul(chunk, packing.chunkBytes()));
    for (int64_t v = 0; v < BitPacking::kVectors; ++v) {
      Value code;
      for (const BitPlane &plane : packing.planes()) {
        Value field = emitField(k, plane, from, v);
        code = code ? k.create<arith::OrIOp>(code, field).getResult() : field;
      }
      k.store(k.create<arith::SubIOp>(code, zeros[v % vectors]),
              k.at(to, v * packing.vectorBytes));
    }
  });
  emitLastGroup(k, weights, scratch);
  emitPaddingGroups(k, weights, scratch);
}

} // namespace mixq
