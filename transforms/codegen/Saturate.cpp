//===- Saturate.cpp - Vectors of integers as bytes, together --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/Saturate.h"

#include "transforms/codegen/Tile.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mixq {
namespace {

/// The names of one instruction by the bytes of a register.
struct PackNames {
  StringRef of16, of32, of64;

  StringRef at(const Target &target) const {
    return target.lanes == 4 ? of16 : target.lanes == 8 ? of32 : of64;
  }
};

constexpr PackNames kWords = {"llvm.x86.sse2.packssdw.128",
                              "llvm.x86.avx2.packssdw",
                              "llvm.x86.avx512.packssdw.512"};
constexpr PackNames kUnsignedWords = {"llvm.x86.sse41.packusdw",
                                      "llvm.x86.avx2.packusdw",
                                      "llvm.x86.avx512.packusdw.512"};
constexpr PackNames kBytes = {"llvm.x86.sse2.packuswb.128",
                              "llvm.x86.avx2.packuswb",
                              "llvm.x86.avx512.packuswb.512"};

constexpr int32_t kCurrentRounding = 4; ///< _MM_FROUND_CUR_DIRECTION
constexpr int32_t kRoundingUp =
    0x02 | 0x08; ///< _MM_FROUND_TO_POS_INF, no exceptions

Value emitToInteger512(KernelBuilder &k, Value x, Type integers,
                       int32_t rounding) {
  Value zero = k.constant(integers, int64_t(0));
  Value all = k.constant(k.builder.getI16Type(), int64_t(-1));
  Value mode = k.create<LLVM::ConstantOp>(
      k.i32(), k.builder.getI32IntegerAttr(rounding));
  return emitIntrinsic(k, "llvm.x86.avx512.mask.cvtps2dq.512", integers,
                       {x, zero, all, mode});
}

} // namespace

KernelBuilder::Values splitVector(KernelBuilder &k, Value vector,
                                  int64_t lanes) {
  int64_t count = cast<VectorType>(vector.getType()).getDimSize(0);
  if (count == lanes)
    return {vector};
  KernelBuilder::Values parts;
  for (int64_t first = 0; first < count; first += lanes)
    parts.push_back(k.create<vector::ExtractStridedSliceOp>(
        vector, ArrayRef<int64_t>{first}, ArrayRef<int64_t>{lanes},
        ArrayRef<int64_t>{1}));
  return parts;
}

KernelBuilder::Values registersOf(KernelBuilder &k, ValueRange vectors) {
  KernelBuilder::Values registers;
  for (Value vector : vectors)
    registers.append(splitVector(k, vector, k.target.lanes));
  return registers;
}

Value joinVectors(KernelBuilder &k, ValueRange vectors) {
  Value joined = vectors.front();
  for (Value next : vectors.drop_front()) {
    int64_t count = cast<VectorType>(joined.getType()).getDimSize(0) +
                    cast<VectorType>(next.getType()).getDimSize(0);
    joined = k.create<vector::ShuffleOp>(
        joined, next, llvm::to_vector(llvm::seq<int64_t>(0, count)));
  }
  return joined;
}

Value emitToInteger(KernelBuilder &k, Value x, Rounding rounding) {
  Type integers = k.vec(k.i32(), k.target.lanes);
  if (k.target.lanes == 16)
    return emitToInteger512(k, x, integers,
                            rounding == Rounding::Up ? kRoundingUp
                                                     : kCurrentRounding);
  assert(rounding == Rounding::Even && "only AVX-512 names a rounding");
  return emitIntrinsic(k,
                       k.target.lanes == 8 ? "llvm.x86.avx.cvt.ps2dq.256"
                                           : "llvm.x86.sse2.cvtps2dq",
                       integers, {x});
}

Value emitLimited(KernelBuilder &k, Value x, Value bound) {
  Value isAbove = k.create<arith::CmpFOp>(arith::CmpFPredicate::OLT, bound, x);
  return k.create<arith::SelectOp>(isAbove, bound, x);
}

std::pair<Value, Value> emitWords(KernelBuilder &k, ValueRange registers,
                                  bool isUnsigned) {
  const PackNames &names = isUnsigned ? kUnsignedWords : kWords;
  Type words = k.vec(k.builder.getI16Type(), 2 * k.target.lanes);
  auto pack = [&](size_t first) {
    bool hasNext = first + 1 < registers.size();
    return emitIntrinsic(k, names.at(k.target), words,
                         {registers[first], registers[first + hasNext]});
  };
  Value ab = pack(0);
  return {ab, registers.size() > 2 ? pack(2) : ab};
}

/// With J 16-byte parts in a register, part j holds dwords (a_j, b_j, c_j,
/// d_j): a transposition.
Value emitPackBytes(KernelBuilder &k, Value ab, Value cd) {
  const int64_t lanes = k.target.lanes, parts = lanes / 4;
  Type bytesType = k.vec(k.i8(), 4 * lanes);
  Value bytes = emitIntrinsic(k, kBytes.at(k.target), bytesType, {ab, cd});
  if (parts == 1)
    return bytes;
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < kPackedRegisters; ++i)
    for (int64_t j = 0; j < parts; ++j)
      order.push_back(kPackedRegisters * j + i);
  Value words = k.bitcast(bytes, k.vec(k.i32(), lanes));
  return k.bitcast(k.create<vector::ShuffleOp>(words, words, order), bytesType);
}

/// Word 8 j + i of `ab` is element 4 j + i of a for i < 4, of b for the others.
Value emitBytesOfWords(KernelBuilder &k, Value ab, Value cd, ByteOfWord which) {
  const int64_t lanes = k.target.lanes;
  Type bytes = k.vec(k.i8(), 4 * lanes);
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < kPackedRegisters; ++i)
    for (int64_t element = 0; element < lanes; ++element) {
      int64_t word =
          i / 2 * 2 * lanes + element / 4 * 8 + i % 2 * 4 + element % 4;
      order.push_back(2 * word + (which == ByteOfWord::High));
    }
  return k.create<vector::ShuffleOp>(k.bitcast(ab, bytes), k.bitcast(cd, bytes),
                                     order);
}

} // namespace mixq
