//===- Saturate.h - Vectors of integers as bytes, together ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A register of fp32 has a quarter of the bytes that a register holds.
// Clamping, narrowing and storing each by itself takes five instructions for
// every quarter; the saturating packs of x86 narrow four registers at once and
// clamp on the way. They interleave, which one permutation puts right.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_SATURATE_H
#define MIXQ_TRANSFORMS_CODEGEN_SATURATE_H

#include "transforms/codegen/KernelBuilder.h"

namespace mixq {

/// Registers that the packs take together.
inline constexpr int64_t kPackedRegisters = 4;

enum class Rounding { Even, Up };

/// The parts of a vector, of so many lanes each, and the inverse. An operation
/// on vectors that were joined becomes one on each part, in turn.
KernelBuilder::Values splitVector(KernelBuilder &k, mlir::Value vector,
                                  int64_t lanes);
mlir::Value joinVectors(KernelBuilder &k, mlir::ValueRange vectors);
/// The parts of vectors, each of the target's lanes.
KernelBuilder::Values registersOf(KernelBuilder &k, mlir::ValueRange vectors);

/// A register of fp32 as i32; NaN and what does not fit becomes -2^31. Up needs
/// AVX-512.
mlir::Value emitToInteger(KernelBuilder &k, mlir::Value x,
                          Rounding rounding = Rounding::Even);

/// x < bound ? x : bound for a register of fp32, but NaN stays NaN.
mlir::Value emitLimited(KernelBuilder &k, mlir::Value x, mlir::Value bound);

/// One to four registers a, b, c, d of i32 as two of i16, saturated to the
/// signed range, or to the unsigned one (SSE4.1). Each 16 bytes hold four of
/// `a` or `c`, then four of `b` or `d`; what is missing is made up by repeating
/// one.
std::pair<mlir::Value, mlir::Value> emitWords(KernelBuilder &k,
                                              mlir::ValueRange registers,
                                              bool isUnsigned = false);

/// The words of emitWords as one register of u8, saturated, in the order in
/// which the registers of i32 were given.
mlir::Value emitPackBytes(KernelBuilder &k, mlir::Value ab, mlir::Value cd);

/// Not saturated: the low bytes of these words, or the high ones.
enum class ByteOfWord { Low, High };
mlir::Value emitBytesOfWords(KernelBuilder &k, mlir::Value ab, mlir::Value cd,
                             ByteOfWord which);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_SATURATE_H
