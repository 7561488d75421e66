//===- BitPacking.h - Weights of fewer than 8 bits, dense -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A panel (Packing.h) of unsigned codes of b bits takes b / 8 of its bytes. It
// is cut into chunks of 8 vectors of `vectorBytes`; the last chunk is filled up
// with zeros. Of a chunk, the bits go to planes of 4, 2 and 1 bits: b = 7 has
// all three, b = 5 those of 4 and 1. The plane of w bits is w vectors; byte i
// of its vector p holds the w bits of byte i of the 8 / w vectors from p * 8 /
// w on, lowest first. The first plane holds the lowest bits of the codes.
//
//   b = 4: packed[i] of vector 0 = code[0][i] | code[1][i] << 4, ...
//
// So to unpack a vector takes a shift, a mask, and an or for each further
// plane.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_BITPACKING_H
#define MIXQ_TRANSFORMS_CODEGEN_BITPACKING_H

#include "transforms/codegen/Packing.h"

namespace mixq {

/// Some of the bits of each code.
struct BitPlane {
  int64_t width;    ///< bits: 4, 2 or 1
  int64_t lowest;   ///< the first of them in the code
  int64_t position; ///< its first vector in the packed chunk

  int64_t fields() const { return 8 / width; }
  /// Where vector `v` of the chunk lies: in which packed vector, at which bit.
  int64_t vectorOf(int64_t v) const { return position + v / fields(); }
  int64_t shiftOf(int64_t v) const { return v % fields() * width; }
};

struct BitPacking {
  int64_t bits;
  int64_t vectorBytes;

  static constexpr int64_t kVectors = 8; ///< of a chunk

  int64_t chunkBytes() const { return kVectors * vectorBytes; }
  int64_t packedChunkBytes() const { return bits * vectorBytes; }
  int64_t chunks(int64_t bytes) const {
    return roundUp(bytes, chunkBytes()) / chunkBytes();
  }
  std::vector<BitPlane> planes() const;
};

/// Packs panels of `panelBytes` bytes, which hold unsigned codes; each panel
/// starts a chunk.
std::vector<uint8_t> packBits(const BitPacking &packing,
                              const std::vector<uint8_t> &panels,
                              int64_t panelBytes);

/// The inverse.
std::vector<uint8_t> unpackBits(const BitPacking &packing,
                                const std::vector<uint8_t> &packed,
                                int64_t panelBytes);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_BITPACKING_H
