//===- BitPacking.cpp - Weights of fewer than 8 bits, dense ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/BitPacking.h"

#include <algorithm>

namespace mixq {

std::vector<BitPlane> BitPacking::planes() const {
  std::vector<BitPlane> result;
  int64_t done = 0;
  for (int64_t width : {4, 2, 1})
    if (bits & width) {
      // A plane of w bits is w vectors: as many as bits came before.
      result.push_back({width, done, done});
      done += width;
    }
  return result;
}

static void packChunk(const BitPacking &packing, const uint8_t *codes,
                      uint8_t *packed) {
  for (const BitPlane &plane : packing.planes())
    for (int64_t v = 0; v < BitPacking::kVectors; ++v)
      for (int64_t i = 0; i < packing.vectorBytes; ++i) {
        int64_t code = codes[v * packing.vectorBytes + i];
        int64_t field = (code >> plane.lowest) & ((1 << plane.width) - 1);
        packed[plane.vectorOf(v) * packing.vectorBytes + i] |=
            static_cast<uint8_t>(field << plane.shiftOf(v));
      }
}

static void unpackChunk(const BitPacking &packing, const uint8_t *packed,
                        uint8_t *codes) {
  for (const BitPlane &plane : packing.planes())
    for (int64_t v = 0; v < BitPacking::kVectors; ++v)
      for (int64_t i = 0; i < packing.vectorBytes; ++i) {
        int64_t byte = packed[plane.vectorOf(v) * packing.vectorBytes + i];
        int64_t field = (byte >> plane.shiftOf(v)) & ((1 << plane.width) - 1);
        codes[v * packing.vectorBytes + i] |=
            static_cast<uint8_t>(field << plane.lowest);
      }
}

std::vector<uint8_t> packBits(const BitPacking &packing,
                              const std::vector<uint8_t> &panels,
                              int64_t panelBytes) {
  int64_t count = panels.size() / panelBytes;
  int64_t chunks = packing.chunks(panelBytes);
  std::vector<uint8_t> packed(count * chunks * packing.packedChunkBytes());
  std::vector<uint8_t> panel(chunks * packing.chunkBytes());
  uint8_t *to = packed.data();
  for (int64_t p = 0; p < count; ++p) {
    std::copy_n(panels.begin() + p * panelBytes, panelBytes, panel.begin());
    for (int64_t chunk = 0; chunk < chunks; ++chunk) {
      packChunk(packing, panel.data() + chunk * packing.chunkBytes(), to);
      to += packing.packedChunkBytes();
    }
  }
  return packed;
}

std::vector<uint8_t> unpackBits(const BitPacking &packing,
                                const std::vector<uint8_t> &packed,
                                int64_t panelBytes) {
  int64_t chunks = packing.chunks(panelBytes);
  int64_t count = packed.size() / (chunks * packing.packedChunkBytes());
  std::vector<uint8_t> panels;
  const uint8_t *from = packed.data();
  for (int64_t p = 0; p < count; ++p) {
    std::vector<uint8_t> panel(chunks * packing.chunkBytes());
    for (int64_t chunk = 0; chunk < chunks; ++chunk) {
      unpackChunk(packing, from, panel.data() + chunk * packing.chunkBytes());
      from += packing.packedChunkBytes();
    }
    panels.insert(panels.end(), panel.begin(), panel.begin() + panelBytes);
  }
  return panels;
}

} // namespace mixq
