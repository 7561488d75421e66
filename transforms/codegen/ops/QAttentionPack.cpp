//===- QAttentionPack.cpp - Keys and values of codes, packed --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/QAttentionPack.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mixq {
namespace {

/// The codes of one token's key or value minus their zero-point, as s8.
Value loadSigned(KernelBuilder &k, int64_t columns, Value pointer,
                 Value zeroPoint) {
  Type type = k.vec(k.i8(), columns);
  return k.create<arith::SubIOp>(k.load(type, pointer),
                                 k.broadcast(zeroPoint, columns));
}

/// `codes`, followed by zeros up to `count` of them.
Value padded(KernelBuilder &k, Value codes, int64_t count) {
  auto type = cast<VectorType>(codes.getType());
  if (type.getDimSize(0) == count)
    return codes;
  return k.create<vector::InsertStridedSliceOp>(
      codes, k.constant(k.vec(k.i8(), count), int64_t(0)), ArrayRef<int64_t>{0},
      ArrayRef<int64_t>{1});
}

/// One key: its groups of `dotGroup` codes go to one column of the panel. The
/// queries' codes that follow a head whose columns are no whole groups meet the
/// zeros of the last group.
void packKey(KernelBuilder &k, const AttentionShape &shape, Value key,
             Value keys, Value token) {
  int64_t group = k.target.dotGroup, columns = k.target.tileColumns();
  int64_t groups = k.target.paddedDepth(shape.headColumns) / group;
  Value panel = k.divide(token, columns), column = k.remainder(token, columns);
  Value start = k.at(k.at(keys, k.mul(panel, groups * columns * group)),
                     k.mul(column, group));
  Value words =
      k.bitcast(padded(k, key, groups * group), k.vec(k.i32(), groups));
  for (int64_t g = 0; g < groups; ++g)
    k.store(k.create<vector::ExtractOp>(words, ArrayRef<int64_t>{g}),
            k.at(start, g * columns * group));
}

void packKeys(KernelBuilder &k, const AttentionShape &shape, Value source,
              Value keys, Value zeroPoint) {
  k.loop(0, shape.tokens, 1, [&](Value token) {
    Value key =
        loadSigned(k, shape.headColumns,
                   k.at(source, k.mul(token, shape.inputRowBytes)), zeroPoint);
    packKey(k, shape, key, keys, token);
  });
}

/// -zq * sum(key) for every key: what the queries' zero-point adds to a score.
/// The sums are the scores of a query of ones, by the same tile.
void emitCorrections(KernelBuilder &k, const AttentionShape &shape, Value ones,
                     const PackedHead &packed, Value zeroPoint) {
  Type integers = k.vec(k.i32(), k.target.lanes);
  emitScores(
      k, shape, {ProductType::U8S8, ones, packed.keys, packed.corrections},
      /*rows=*/1, [&](Value, int64_t vectors) {
        return KernelBuilder::Values(vectors, k.constant(integers, int64_t(0)));
      });
  Value negated = k.broadcast(
      k.create<arith::SubIOp>(k.constant(k.i32(), int64_t(0)), zeroPoint),
      k.target.lanes);
  k.loop(0, roundUp(shape.tokens, k.target.lanes), k.target.lanes,
         [&](Value token) {
           Value pointer = k.at(packed.corrections, k.mul(token, 4));
           k.store(k.mul(k.load(integers, pointer), negated), pointer);
         });
}

Value interleave(KernelBuilder &k, Value a, Value b) {
  return k.create<vector::InterleaveOp>(a, b);
}

/// `dotGroup` tokens side by side, column by column. Tokens past the last are
/// zero.
void packValueGroup(KernelBuilder &k, const AttentionShape &shape, Value source,
                    Value target, int64_t tokens, Value zeroPoint) {
  KernelBuilder::Values rows;
  for (int64_t t = 0; t < k.target.dotGroup; ++t)
    rows.push_back(
        t < tokens
            ? loadSigned(k, shape.headColumns,
                         k.at(source, t * shape.inputRowBytes), zeroPoint)
            : k.constant(k.vec(k.i8(), shape.headColumns), int64_t(0)));
  Value even = interleave(k, rows[0], rows[2]);
  Value odd = interleave(k, rows[1], rows[3]);
  k.store(interleave(k, even, odd), target);
}

void packValues(KernelBuilder &k, const AttentionShape &shape, Value source,
                Value values, Value zeroPoint) {
  int64_t group = k.target.dotGroup;
  int64_t full = shape.tokens / group, rest = shape.tokens % group;
  auto packGroup = [&](Value index, int64_t tokens) {
    packValueGroup(k, shape,
                   k.at(source, k.mul(index, group * shape.inputRowBytes)),
                   k.at(values, k.mul(index, group * shape.headColumns)),
                   tokens, zeroPoint);
  };
  k.loop(0, full, 1, [&](Value index) { packGroup(index, group); });
  if (rest)
    packGroup(k.index(full), rest);
  Value zero = k.constant(k.vec(k.i8(), group * shape.headColumns), int64_t(0));
  for (int64_t index = llvm::divideCeil(shape.tokens, group);
       index < k.target.paddedDepth(shape.tokens) / group; ++index)
    k.store(zero, k.at(values, index * group * shape.headColumns));
}

} // namespace

ZeroPoints::ZeroPoints(KernelBuilder &k, Value pointer)
    : query(k.load(k.i32(), pointer)),
      key(k.load(k.i8(), k.at(pointer, sizeof(int32_t)))),
      value(k.load(k.i8(), k.at(pointer, 2 * sizeof(int32_t)))) {}

int64_t queryOfOnesBytes(const AttentionShape &shape, const Target &target) {
  return roundUp(shape.headColumns, target.dotGroup);
}

Value emitQueryOfOnes(KernelBuilder &k, const AttentionShape &shape) {
  const int64_t bytes = queryOfOnesBytes(shape, k.target);
  Value ones = k.stack(bytes);
  k.store(k.constant(k.vec(k.i8(), bytes), int64_t(1)), ones);
  return ones;
}

int64_t packedValueBytes(const AttentionShape &shape, const Target &target) {
  return target.paddedDepth(shape.tokens) * shape.headColumns;
}

void emitQAttentionPackHead(KernelBuilder &k, const AttentionShape &shape,
                            Value input, const ZeroPoints &zeros, Value ones,
                            const PackedHead &packed) {
  packKeys(k, shape, k.at(input, shape.columns()), packed.keys, zeros.key);
  emitCorrections(k, shape, ones, packed, zeros.query);
  packValues(k, shape, k.at(input, 2 * shape.columns()), packed.values,
             zeros.value);
}

void emitQAttentionPack(KernelBuilder &k, const AttentionShape &shape,
                        bool isPerHead, ValueRange args, Value begin,
                        Value end) {
  Value ones = emitQueryOfOnes(k, shape);
  k.loop(begin, end, 1, {}, [&](Value head, ValueRange) {
    Value first = args[kZeroPoints];
    ZeroPoints zeros(
        k, isPerHead ? k.at(first, k.mul(head, 3 * sizeof(int32_t))) : first);
    auto part = [&](int64_t argument, int64_t headBytes) {
      return k.at(args[argument], k.mul(head, headBytes));
    };
    emitQAttentionPackHead(
        k, shape, part(kPackInput, shape.headColumns), zeros, ones,
        {part(kKeysOut, packedKeyBytes(shape, ProductType::U8S8, k.target)),
         part(kCorrectionsOut, shape.paddedTokens() * 4),
         part(kValuesOut, packedValueBytes(shape, k.target))});
    return KernelBuilder::Values();
  });
}

} // namespace mixq
