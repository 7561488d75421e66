//===- WordTile.h - Products of bytes in 16-bit words -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tile of codes on CPUs that cannot sum four products of bytes into 32 bits
// at once. Two ways, both exact:
//
//   widened: A and B become 16-bit words, even and odd bytes apart, for two
//            vpmaddwd. For any codes.
//   in words: vpmaddubsw sums two products of bytes into a 16-bit word, which
//            saturates. With few bits it cannot: the sum of `wordGroups` groups
//            fits, and only then becomes 32 bits wide. Half the instructions
//            and less, so that fewer bits are faster here. It needs AVX2.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_WORDTILE_H
#define MIXQ_TRANSFORMS_CODEGEN_WORDTILE_H

#include "transforms/codegen/Tile.h"

namespace mixq {

/// Groups whose products surely sum in 16 bits, 0 if not even those of one do:
/// each word of a group holds two products of codes up to `mostA` and weights
/// of magnitude up to `mostB`. 0 on targets that have no use for it, or cannot.
int64_t wordGroupsOf(const Target &target, int64_t mostA, int64_t mostB);

/// a[2i] b[2i] + a[2i+1] b[2i+1] of registers of i16, as i32: exact.
mlir::Value emitMultiplyWords(KernelBuilder &k, mlir::Value a, mlir::Value b);

/// emitTile of U8S8 on a target that multipliesWords().
KernelBuilder::Values emitWordTile(KernelBuilder &k, int64_t rows,
                                   int64_t vectors,
                                   const TileOperands &operands,
                                   KernelBuilder::Values init);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_WORDTILE_H
