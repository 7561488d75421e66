//===- Encoder.h - From fp32 to the bytes that products read ----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_ENCODER_H
#define MIXQ_TRANSFORMS_CODEGEN_ENCODER_H

#include "dialect/MixqDialect.h"
#include "transforms/codegen/KernelBuilder.h"

#include <string>
#include <vector>

namespace mixq {

/// What the bytes are: unsigned codes or entries of a codebook.
struct ByteFormat {
  unsigned bits = 8;
  bool isCodebook = false;

  /// Of an unsigned code or a codebook; that of fp32 is not used.
  static ByteFormat of(mlir::Type elementType);
  /// "u4", or "t4" for a table: part of a kernel's name.
  std::string name() const;
};

/// The constants that emitBytes reads for entries of `table`.
std::vector<uint8_t> encoderConstants(const Tensor &table,
                                      const Target &target);

/// A vector of fp32, in units of the codes or entries, as a vector of i8.
/// `encoder` points to encoderConstants() where the format is a codebook.
///
/// Midpoints are halves of integers, so t > m exactly where ceil(2 t) > 2 m,
/// and the entry of each ceil(2 t) in [0, 511] is a table of bytes. VBMI looks
/// it up in registers. AVX-512 without it finds entries of up to 5 bits by a
/// binary search in 16-bit words, with permutations of registers; all others
/// gather.
mlir::Value emitBytes(KernelBuilder &k, const ByteFormat &format, mlir::Value t,
                      mlir::Value encoder);

/// Stores the first `count` bytes of vectors of fp32 side by side at `pointer`:
/// four registers at a time, with fewer instructions than one by one. `limits`
/// are the highest codes of each lane, or none for those of the format.
void storeBytes(KernelBuilder &k, const ByteFormat &format, mlir::ValueRange ts,
                mlir::ValueRange limits, mlir::Value encoder,
                mlir::Value pointer, int64_t count);

/// Of rows of so many vectors, how many are stored together: as many as four
/// registers hold whole.
int64_t rowsStoredTogether(int64_t vectors);

/// The same for all vectors of several rows, together where they fit; `rows`
/// are where their bytes go, `ts` and `limits` row by row.
void storeRowBytes(KernelBuilder &k, const ByteFormat &format,
                   mlir::ValueRange ts, mlir::ValueRange limits,
                   mlir::Value encoder, mlir::ValueRange rows);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_ENCODER_H
