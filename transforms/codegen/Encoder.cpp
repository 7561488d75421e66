//===- Encoder.cpp - From fp32 to the bytes that products read ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/Encoder.h"

#include "transforms/codegen/Tile.h"
#include "transforms/codegen/VectorMath.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <cstring>

using namespace mlir;

namespace mixq {
namespace {

constexpr int64_t kRegister = 16;     ///< 4-byte elements of AVX-512
constexpr int64_t kMostPermuted = 16; ///< entries that one register holds
constexpr int64_t kHalves = 512;      ///< 2 t in [0, 511]

bool isPermuted(int64_t entries, const Target &target) {
  return target.lanes == kRegister && entries <= kMostPermuted;
}

template <typename T> void append(std::vector<uint8_t> &bytes, const T &value) {
  const auto *raw = reinterpret_cast<const uint8_t *>(&value);
  bytes.insert(bytes.end(), raw, raw + sizeof(T));
}

/// For each step of the search the midpoint that index q compares with: in the
/// first, where all indices are 0, the same in each lane. Then the entries q
/// and q + 1 that the last step chooses from.
std::vector<uint8_t> permutedConstants(const int32_t *table, int64_t entries) {
  std::vector<uint8_t> bytes;
  for (int64_t step = entries / 2; step >= 1; step /= 2)
    for (int64_t q = 0; q < kRegister; ++q) {
      int64_t index = step == entries / 2 ? 0 : q;
      int64_t below = std::min(index + step, entries - 1) - 1;
      append(bytes, static_cast<float>(table[below] + table[below + 1]) / 2);
    }
  for (int64_t next : {0, 1})
    for (int64_t q = 0; q < kRegister; ++q)
      append(bytes, table[std::min(q + next, entries - 1)]);
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

Value emitPermuted(KernelBuilder &k, int64_t entries, Value t, Value encoder) {
  Type floats = k.vec(k.f32(), kRegister), integers = k.vec(k.i32(), kRegister);
  Value q = k.constant(integers, int64_t(0)), above;
  for (int64_t step = entries / 2; step >= 1; step /= 2) {
    Value midpoints = k.load(floats, encoder);
    if (step < entries / 2)
      midpoints = emitIntrinsic(k, "llvm.x86.avx512.permvar.sf.512", floats,
                                {midpoints, q});
    above = k.create<arith::CmpFOp>(arith::CmpFPredicate::OGT, t, midpoints);
    if (step > 1)
      q = k.create<arith::SelectOp>(above, k.add(q, k.constant(integers, step)),
                                    q);
    encoder = k.at(encoder, kRegister * 4);
  }
  auto entryAt = [&](int64_t next) {
    return emitIntrinsic(
        k, "llvm.x86.avx512.permvar.si.512", integers,
        {k.load(integers, k.at(encoder, next * kRegister * 4)), q});
  };
  return k.create<arith::SelectOp>(above, entryAt(1), entryAt(0));
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
  return k.create<LLVM::masked_gather>(
      integers, pointers, k.prefixMask(lanes, lanes),
      ValueRange{k.constant(integers, int64_t(0))}, /*alignment=*/1);
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
  return isPermuted(table.size(), target)
             ? permutedConstants(entries, table.size())
             : halvesTable(entries, table.size());
}

Value emitBytes(KernelBuilder &k, const ByteFormat &format, Value t,
                Value encoder) {
  int64_t entries = int64_t(1) << format.bits;
  if (!format.isCodebook)
    return emitCodes(k, t, double(entries - 1));
  Value found = isPermuted(entries, k.target)
                    ? emitPermuted(k, entries, t, encoder)
                    : emitLookup(k, t, encoder);
  int64_t lanes = cast<VectorType>(t.getType()).getDimSize(0);
  return k.create<arith::TruncIOp>(k.vec(k.i8(), lanes), found);
}

} // namespace mixq
