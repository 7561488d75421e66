//===- Unpack.h - From packed bits to the panel of a tile -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_UNPACK_H
#define MIXQ_TRANSFORMS_CODEGEN_UNPACK_H

#include "transforms/codegen/BitPacking.h"
#include "transforms/codegen/KernelBuilder.h"

namespace mixq {

/// How the weights of a u8 x s8 product lie in memory.
struct PackedWeights {
  int64_t bits;  ///< 2 to 8
  int64_t depth; ///< K

  /// s8 panels as tiles read them, nothing to unpack.
  bool isPlain() const { return bits == 8; }
  BitPacking packing(const Target &target) const {
    return {bits, target.lanes * 4};
  }
  /// Bytes of a panel as tiles read it.
  int64_t panelBytes(const Target &target) const {
    return target.paddedDepth(depth) * target.tileColumns();
  }
  /// Bytes of a panel in memory.
  int64_t packedBytes(const Target &target) const {
    if (isPlain())
      return panelBytes(target);
    BitPacking bitPacking = packing(target);
    return bitPacking.chunks(panelBytes(target)) *
           bitPacking.packedChunkBytes();
  }
  /// Bytes of the panel that emitUnpack writes.
  int64_t scratchBytes(const Target &target) const {
    BitPacking bitPacking = packing(target);
    return bitPacking.chunks(panelBytes(target)) * bitPacking.chunkBytes();
  }
};

/// Writes code - zero-point of each weight of the panel at `packed` to
/// `scratch`, and zeros beyond K. `zeroPoints` are bytes, one for each of the
/// panel's columns.
void emitUnpack(KernelBuilder &k, const PackedWeights &weights,
                mlir::Value packed, mlir::Value zeroPoints,
                mlir::Value scratch);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_UNPACK_H
