//===- ImageSeeds.cpp - Seeds of the image fuzzer -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <png.h>

#include "test/fuzz/Seeds.h"
#include "test/runtime/image/TestImages.h"

namespace {

using mixq::test::Bytes;

Bytes pattern(size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<uint8_t>(37 * i + i / 7);
  return bytes;
}

void writePngs(mixq::fuzz::SeedWriter &seeds) {
  using mixq::test::encodePng;
  constexpr int side = 5;
  for (bool interlaced : {false, true}) {
    seeds.write(encodePng({side, side, 8, PNG_COLOR_TYPE_RGB, interlaced,
                           pattern(side * side * 3)}));
    seeds.write(encodePng({side, side, 16, PNG_COLOR_TYPE_RGB_ALPHA, interlaced,
                           pattern(side * side * 8)}));
  }
  for (int depth : {1, 2, 4, 8})
    seeds.write(encodePng({side, side, depth, PNG_COLOR_TYPE_GRAY, false,
                           pattern((side * depth + 7) / 8 * side)}));
  seeds.write(encodePng({side, side, 2, PNG_COLOR_TYPE_PALETTE, false,
                         pattern(2 * side), pattern(12), pattern(4)}));
  seeds.write(encodePng({side, side, 8, PNG_COLOR_TYPE_GRAY_ALPHA, false,
                         pattern(side * side * 2)}));
}

void writeJpegs(mixq::fuzz::SeedWriter &seeds) {
  constexpr int width = 17, height = 9;
  for (int components : {1, 3, 4})
    for (bool progressive : {false, true})
      seeds.write(mixq::test::encodeJpeg(
          {width, height, components, progressive,
           pattern(size_t{width} * height * components)}));
}

} // namespace

int main(int, char **argv) {
  mixq::fuzz::SeedWriter seeds(argv[1]);
  writePngs(seeds);
  writeJpegs(seeds);
  return 0;
}
