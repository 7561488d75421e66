//===- WordTile.cpp - Products of bytes in 16-bit words -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/WordTile.h"

#include <limits>

using namespace mlir;

namespace mixq {
namespace {

/// From so many groups on, widening their sums takes next to nothing; and
/// beyond few, a step of 8 makes no difference, but a kernel of its own.
constexpr int64_t kMostWordGroups = 32, kWordGroupStep = 8;
/// Sums in words take the registers of those in 32 bits, which wait in memory:
/// not worth it for fewer groups.
constexpr int64_t kFewestWordGroups = 3;

VectorType wordsOf(KernelBuilder &k) {
  return k.vec(k.builder.getI16Type(), 2 * k.target.lanes);
}

/// The even and the odd bytes of a vector of them, as words.
struct Words {
  Value even, odd;

  static Words ofUnsigned(KernelBuilder &k, Value bytes) {
    Value words = k.bitcast(bytes, wordsOf(k));
    return {
        k.create<arith::AndIOp>(words, k.constant(wordsOf(k), int64_t(0xff))),
        k.create<arith::ShRUIOp>(words, byteOf(k))};
  }
  static Words ofSigned(KernelBuilder &k, Value bytes) {
    Value words = k.bitcast(bytes, wordsOf(k));
    Value raised = k.create<arith::ShLIOp>(words, byteOf(k));
    return {k.create<arith::ShRSIOp>(raised, byteOf(k)),
            k.create<arith::ShRSIOp>(words, byteOf(k))};
  }

private:
  static Value byteOf(KernelBuilder &k) {
    return k.constant(wordsOf(k), int64_t(8));
  }
};

Value emitMultiplyAdd(KernelBuilder &k, Value sum, const Words &a,
                      const Words &b) {
  sum = k.add(sum, emitMultiplyWords(k, a.even, b.even));
  return k.add(sum, emitMultiplyWords(k, a.odd, b.odd));
}

/// The bytes of A and B that a tile reads.
class Reader {
public:
  Reader(KernelBuilder &k, const TileOperands &operands)
      : k(k), operands(operands) {}

  /// Group `step` of a row of A, in every lane.
  Value a(Value step, int64_t row) const {
    Value start = k.at(operands.a, k.mul(step, k.target.dotGroup));
    Value pointer = k.at(start, row * operands.aRowBytes);
    return k.broadcast(k.load(k.i32(), pointer), k.target.lanes);
  }
  Value b(Value step, int64_t vector) const {
    Value start = k.at(operands.b, k.mul(step, operands.bGroupBytes));
    return k.load(k.vec(k.i32(), k.target.lanes),
                  k.at(start, vector * k.target.lanes * k.target.dotGroup));
  }

private:
  KernelBuilder &k;
  const TileOperands &operands;
};

KernelBuilder::Values emitWidened(KernelBuilder &k, int64_t rows,
                                  int64_t vectors, const TileOperands &operands,
                                  ValueRange init) {
  Reader read(k, operands);
  auto body = [&](Value step, ValueRange sums) {
    SmallVector<Words> b;
    for (int64_t v = 0; v < vectors; ++v)
      b.push_back(Words::ofSigned(k, read.b(step, v)));
    KernelBuilder::Values result;
    for (int64_t r = 0; r < rows; ++r) {
      Words a = Words::ofUnsigned(k, read.a(step, r));
      for (int64_t v = 0; v < vectors; ++v)
        result.push_back(emitMultiplyAdd(k, sums[r * vectors + v], a, b[v]));
    }
    return result;
  };
  return k.loop(k.index(0), k.index(operands.groups), 1, init, body);
}

/// Sums in words, for as many groups as they hold.
class InWords {
public:
  InWords(KernelBuilder &k, int64_t rows, int64_t vectors,
          const TileOperands &operands)
      : k(k), rows(rows), vectors(vectors), operands(operands),
        read(k, operands), ones(k.constant(wordsOf(k), int64_t(1))) {}

  KernelBuilder::Values emit(ValueRange init) {
    const int64_t block = std::min(operands.wordGroups, operands.groups);
    const int64_t full = operands.groups / block;
    KernelBuilder::Values sums = k.loop(
        k.index(0), k.index(full), 1, init, [&](Value index, ValueRange sums) {
          return emitBlock(k.mul(index, block), block, sums);
        });
    if (int64_t rest = operands.groups % block)
      sums = emitBlock(k.index(full * block), rest, sums);
    return sums;
  }

private:
  /// `sums` and the products of groups [first, first + count).
  KernelBuilder::Values emitBlock(Value first, int64_t count, ValueRange sums) {
    KernelBuilder::Values words = emitProducts(first);
    if (count > 1)
      words = k.loop(k.add(first, k.index(1)), k.add(first, k.index(count)), 1,
                     words, [&](Value step, ValueRange carried) {
                       KernelBuilder::Values next = emitProducts(step);
                       for (auto [word, sum] : llvm::zip(next, carried))
                         word = k.add(sum, word);
                       return next;
                     });
    for (auto [word, sum] : llvm::zip(words, sums))
      word = k.add(sum, emitMultiplyWords(k, word, ones));
    return words;
  }

  /// The products of one group, each word the sum of two.
  KernelBuilder::Values emitProducts(Value step) {
    Type bytes = k.vec(k.i8(), 4 * k.target.lanes);
    KernelBuilder::Values b, words;
    for (int64_t v = 0; v < vectors; ++v)
      b.push_back(k.bitcast(read.b(step, v), bytes));
    for (int64_t r = 0; r < rows; ++r) {
      Value a = k.bitcast(read.a(step, r), bytes);
      for (int64_t v = 0; v < vectors; ++v)
        words.push_back(emitIntrinsic(k, "llvm.x86.avx2.pmadd.ub.sw",
                                      wordsOf(k), {a, b[v]}));
    }
    return words;
  }

  KernelBuilder &k;
  int64_t rows, vectors;
  const TileOperands &operands;
  Reader read;
  Value ones;
};

} // namespace

int64_t wordGroupsOf(const Target &target, int64_t mostA, int64_t mostB) {
  if (target.dot != DotProduct::Vpmaddwd256)
    return 0;
  const int64_t most = std::max<int64_t>(2 * mostA * mostB, 1);
  const int64_t groups = std::numeric_limits<int16_t>::max() / most;
  if (groups < kFewestWordGroups)
    return std::min<int64_t>(groups, 1);
  if (groups < kWordGroupStep)
    return groups;
  return std::min(groups / kWordGroupStep * kWordGroupStep, kMostWordGroups);
}

Value emitMultiplyWords(KernelBuilder &k, Value a, Value b) {
  StringRef name = k.target.dot == DotProduct::Vpmaddwd256
                       ? "llvm.x86.avx2.pmadd.wd"
                       : "llvm.x86.sse2.pmadd.wd";
  return emitIntrinsic(k, name, k.vec(k.i32(), k.target.lanes), {a, b});
}

KernelBuilder::Values emitWordTile(KernelBuilder &k, int64_t rows,
                                   int64_t vectors,
                                   const TileOperands &operands,
                                   KernelBuilder::Values init) {
  if (operands.wordGroups > 0)
    return InWords(k, rows, vectors, operands).emit(init);
  return emitWidened(k, rows, vectors, operands, init);
}

} // namespace mixq
