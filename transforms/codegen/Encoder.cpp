//===- Encoder.cpp - From fp32 to the bytes that products read ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/Encoder.h"

#include "transforms/codegen/Saturate.h"
#include "transforms/codegen/Tile.h"
#include "transforms/codegen/VectorMath.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <cstring>

using namespace mlir;

namespace mixq {
namespace {

constexpr int64_t kMostPermuted = 32; ///< words that one register holds
constexpr int64_t kHalves = 512;      ///< 2 t in [0, 511]

/// How entries are found.
enum class Lookup {
  Bytes, ///< in registers that hold the entry of every ceil(2 t)
  Words, ///< by a binary search for the midpoints around ceil(2 t)
  Gather ///< in memory
};

Lookup lookupOf(int64_t entries, const Target &target) {
  if (target.permutesBytes())
    return Lookup::Bytes;
  return target.lanes == 16 && entries <= kMostPermuted ? Lookup::Words
                                                        : Lookup::Gather;
}

template <typename T> void append(std::vector<uint8_t> &bytes, const T &value) {
  const auto *raw = reinterpret_cast<const uint8_t *>(&value);
  bytes.insert(bytes.end(), raw, raw + sizeof(T));
}

/// For each step of the search twice the midpoint that index q compares with:
/// in the first, where all indices are 0, the same in each lane. Then the
/// entries.
std::vector<uint8_t> searchConstants(const int32_t *table, int64_t entries) {
  std::vector<uint8_t> bytes;
  for (int64_t step = entries / 2; step >= 1; step /= 2)
    for (int64_t q = 0; q < kMostPermuted; ++q) {
      int64_t index = step == entries / 2 ? 0 : q;
      int64_t below = std::min(index + step, entries - 1) - 1;
      append(bytes, static_cast<int16_t>(table[below] + table[below + 1]));
    }
  for (int64_t q = 0; q < kMostPermuted; ++q)
    append(bytes, static_cast<int16_t>(table[std::min(q, entries - 1)]));
  return bytes;
}

/// The entry of each ceil(2 t), and three bytes that a load of the last one
/// reads.
std::vector<uint8_t> halvesTable(const int32_t *table, int64_t entries) {
  std::vector<uint8_t> bytes;
  for (int64_t half = 0; half < kHalves + 3; ++half) {
    int64_t q = 0;
    for (int64_t i = 0; i + 1 < entries; ++i)
      q += half > table[i] + table[i + 1];
    bytes.push_back(static_cast<uint8_t>(table[q]));
  }
  return bytes;
}

/// The entries of 32 words h = ceil(2 t), by a binary search for the number of
/// midpoints m with h > 2 m.
Value emitSearch(KernelBuilder &k, int64_t entries, Value h, Value encoder) {
  Type words = h.getType();
  auto next = [&]() {
    Value constants = k.load(words, encoder);
    encoder = k.at(encoder, kMostPermuted * 2);
    return constants;
  };
  auto permuted = [&](Value from, Value q) {
    return emitIntrinsic(k, "llvm.x86.avx512.permvar.hi.512", words, {from, q});
  };
  Value q = k.constant(words, int64_t(0));
  for (int64_t step = entries / 2; step >= 1; step /= 2) {
    Value midpoints = next();
    if (step < entries / 2)
      midpoints = permuted(midpoints, q);
    Value above =
        k.create<arith::CmpIOp>(arith::CmpIPredicate::sgt, h, midpoints);
    q = k.create<arith::SelectOp>(above, k.add(q, k.constant(words, step)), q);
  }
  return permuted(next(), q);
}

/// The entries of 64 words h = ceil(2 t) in [0, 511], in order: bits 0 to 6 of
/// h choose a byte of two registers, bits 7 and 8 one of four such pairs.
Value emitBytesLookup(KernelBuilder &k, Value ab, Value cd, Value encoder) {
  constexpr int64_t kRegister = 64;
  Type bytes = k.vec(k.i8(), kRegister);
  Value low = emitBytesOfWords(k, ab, cd, ByteOfWord::Low);
  Value high = emitBytesOfWords(k, ab, cd, ByteOfWord::High);
  Value zero = k.constant(bytes, int64_t(0));
  auto is = [&](arith::CmpIPredicate predicate, Value value) -> Value {
    return k.create<arith::CmpIOp>(predicate, value, zero);
  };
  Value bit7 = is(arith::CmpIPredicate::slt, low);
  Value bit8 = is(arith::CmpIPredicate::ne, high);
  auto pair = [&](int64_t index) {
    Value first = k.at(encoder, 2 * index * kRegister);
    return emitIntrinsic(
        k, "llvm.x86.avx512.vpermi2var.qi.512", bytes,
        {k.load(bytes, first), low, k.load(bytes, k.at(first, kRegister))});
  };
  auto select = [&](Value bit, Value isSet, Value isNot) -> Value {
    return k.create<arith::SelectOp>(bit, isSet, isNot);
  };
  Value below = select(bit7, pair(1), pair(0));
  Value above = select(bit7, pair(3), pair(2));
  return select(bit8, above, below);
}

/// min(2 t, 511), NaN as it is, rounded up. Packs take it to [-32768, 511], or
/// unsigned to [0, 511].
Value emitHalvesUp(KernelBuilder &k, Value t) {
  Value twice = k.create<arith::AddFOp>(t, t);
  Value most = k.constant(t.getType(), double(kHalves - 1));
  return emitToInteger(k, emitLimited(k, twice, most), Rounding::Up);
}

/// ceil(2 t) within [0, 511] as i32; NaN gives 0.
Value emitHalves(KernelBuilder &k, Value t) {
  auto type = cast<VectorType>(t.getType());
  Type integers = k.vec(k.i32(), type.getDimSize(0));
  Value twice = k.create<arith::AddFOp>(t, t);
  twice = emitAtMost(k, emitAtLeast(k, twice, 0.0), double(kHalves - 1));
  Value below = k.create<arith::FPToSIOp>(integers, twice);
  Value isAbove = k.create<arith::CmpFOp>(arith::CmpFPredicate::OGT, twice,
                                          emitToFloat(k, below));
  return k.add(below, k.create<arith::ExtUIOp>(integers, isAbove));
}

Value emitLookup(KernelBuilder &k, Value t, Value encoder) {
  int64_t lanes = cast<VectorType>(t.getType()).getDimSize(0);
  Type integers = k.vec(k.i32(), lanes);
  Value pointers = k.create<LLVM::GEPOp>(
      LLVM::getVectorType(encoder.getType(), lanes), k.i8(), encoder,
      ArrayRef<LLVM::GEPArg>{emitHalves(k, t)});
  Value words = k.create<LLVM::masked_gather>(
      integers, pointers, k.prefixMask(lanes, lanes),
      ValueRange{k.constant(integers, int64_t(0))}, /*alignment=*/1);
  return k.create<arith::AndIOp>(words, k.constant(integers, int64_t(0xff)));
}

/// Entries of up to four registers, side by side.
Value emitEntries(KernelBuilder &k, int64_t entries, ValueRange ts,
                  Value encoder) {
  const Lookup lookup = lookupOf(entries, k.target);
  KernelBuilder::Values integers;
  for (Value t : ts)
    integers.push_back(lookup == Lookup::Gather ? emitLookup(k, t, encoder)
                                                : emitHalvesUp(k, t));
  auto [ab, cd] = emitWords(k, integers, lookup == Lookup::Bytes);
  if (lookup == Lookup::Bytes)
    return emitBytesLookup(k, ab, cd, encoder);
  if (lookup == Lookup::Words) {
    bool isWhole = integers.size() > 2;
    ab = emitSearch(k, entries, ab, encoder);
    cd = isWhole ? emitSearch(k, entries, cd, encoder) : ab;
  }
  return emitPackBytes(k, ab, cd);
}

/// The bytes of up to four registers, side by side.
Value emitGroup(KernelBuilder &k, const ByteFormat &format, ValueRange ts,
                ValueRange limits, Value encoder) {
  const int64_t count = int64_t(1) << format.bits;
  if (format.isCodebook)
    return emitEntries(k, count, ts, encoder);
  KernelBuilder::Values integers;
  for (auto [i, t] : llvm::enumerate(ts)) {
    Value most =
        limits.empty() ? k.constant(t.getType(), double(count - 1)) : limits[i];
    integers.push_back(emitToInteger(k, emitLimited(k, t, most)));
  }
  auto [ab, cd] = emitWords(k, integers);
  return emitPackBytes(k, ab, cd);
}

} // namespace

ByteFormat ByteFormat::of(Type elementType) {
  if (auto codebook = dyn_cast<CodebookType>(elementType))
    return {codebook.getBits(), true};
  auto codes = dyn_cast<QuantizedType>(elementType);
  return {codes ? codes.getBits() : 8, false};
}

std::string ByteFormat::name() const {
  return (isCodebook ? "t" : "u") + std::to_string(bits);
}

std::vector<uint8_t> encoderConstants(const Tensor &table,
                                      const Target &target) {
  const auto *entries = table.data<int32_t>();
  return lookupOf(table.size(), target) == Lookup::Words
             ? searchConstants(entries, table.size())
             : halvesTable(entries, table.size());
}

Value emitBytes(KernelBuilder &k, const ByteFormat &format, Value t,
                Value encoder) {
  if (!format.isCodebook)
    return emitCodes(k, t, double((int64_t(1) << format.bits) - 1));
  KernelBuilder::Values registers = registersOf(k, t);
  return k.create<vector::ExtractStridedSliceOp>(
      emitGroup(k, format, registers, {}, encoder), ArrayRef<int64_t>{0},
      cast<VectorType>(t.getType()).getShape(), ArrayRef<int64_t>{1});
}

void storeBytes(KernelBuilder &k, const ByteFormat &format, ValueRange ts,
                ValueRange limits, Value encoder, Value pointer,
                int64_t count) {
  const int64_t lanes = k.target.lanes;
  KernelBuilder::Values values = registersOf(k, ts);
  KernelBuilder::Values bounds = registersOf(k, limits);
  for (int64_t first = 0; first < static_cast<int64_t>(values.size());
       first += kPackedRegisters) {
    int64_t size = std::min<int64_t>(kPackedRegisters, values.size() - first);
    Value bytes = emitGroup(
        k, format, ValueRange(values).slice(first, size),
        bounds.empty() ? ValueRange() : ValueRange(bounds).slice(first, size),
        encoder);
    int64_t wanted = std::min(size * lanes, count - first * lanes);
    if (wanted > 0)
      k.storeFirst(bytes, wanted, k.at(pointer, first * lanes));
  }
}

int64_t rowsStoredTogether(int64_t vectors) {
  return std::max<int64_t>(1, kPackedRegisters / vectors);
}

void storeRowBytes(KernelBuilder &k, const ByteFormat &format, ValueRange ts,
                   ValueRange limits, Value encoder, ValueRange rows) {
  KernelBuilder::Values values = registersOf(k, ts);
  KernelBuilder::Values bounds = registersOf(k, limits);
  const size_t ofRow = values.size() / rows.size();
  const size_t together = rowsStoredTogether(ofRow);
  const int64_t bytesOfRow = k.target.lanes * ofRow;
  for (size_t first = 0; first < rows.size(); first += together) {
    ValueRange some =
        rows.slice(first, std::min(together, rows.size() - first));
    auto partOf = [&](const KernelBuilder::Values &all) {
      return all.empty()
                 ? ValueRange()
                 : ValueRange(all).slice(first * ofRow, some.size() * ofRow);
    };
    if (some.size() == 1) {
      storeBytes(k, format, partOf(values), partOf(bounds), encoder, some[0],
                 bytesOfRow);
      continue;
    }
    Value bytes = emitGroup(k, format, partOf(values), partOf(bounds), encoder);
    for (auto [r, pointer] : llvm::enumerate(some))
      k.store(k.create<vector::ExtractStridedSliceOp>(
                  bytes, ArrayRef<int64_t>{int64_t(r) * bytesOfRow},
                  ArrayRef<int64_t>{bytesOfRow}, ArrayRef<int64_t>{1}),
              pointer);
  }
}

} // namespace mixq
