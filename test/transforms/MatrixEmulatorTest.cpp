//===- MatrixEmulatorTest.cpp - AMX on CPUs that lack it ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same expectations hold for a CPU that has AMX, where nothing is emulated.
//
//===----------------------------------------------------------------------===//

#include "test/transforms/MatrixEmulator.h"

#include "runtime/CpuFeatures.h"
#include "gtest/gtest.h"

#include <array>
#include <cstdint>
#include <immintrin.h>
#include <random>
#include <thread>

#define WITH_AMX __attribute__((target("amx-tile,amx-int8")))

namespace mixq {
namespace {

class MatrixEmulator : public testing::Test {
protected:
  static void SetUpTestSuite() {
    if (!hasCpuFeature("amx-tile") || !hasCpuFeature("amx-int8"))
      emulateMatrixRegisters();
  }
};

struct alignas(64) Configuration {
  uint8_t palette = 1, start = 0, unused[14] = {};
  uint16_t rowBytes[16] = {};
  uint8_t rows[16] = {};

  void set(int index, int64_t registerRows, int64_t bytes) {
    rows[index] = static_cast<uint8_t>(registerRows);
    rowBytes[index] = static_cast<uint16_t>(bytes);
  }
};

/// A [M, K], B [K / 4, N, 4] and C [M, N], all with rows of 64 elements.
constexpr int64_t kM = 5, kK = 24, kN = 7, kDistance = 64;
struct Operands {
  std::array<uint8_t, kM * kDistance> a{};
  std::array<int8_t, kK / 4 * kDistance> b{};
  std::array<int32_t, kM * kDistance> c{};

  explicit Operands(unsigned seed) {
    std::mt19937 draw(seed);
    for (uint8_t &x : a)
      x = static_cast<uint8_t>(draw());
    for (int8_t &x : b)
      x = static_cast<int8_t>(draw());
    for (int32_t &x : c)
      x = static_cast<int32_t>(draw());
  }

  int32_t expected(int64_t m, int64_t n) const {
    auto sum = static_cast<uint32_t>(c[m * kDistance + n]);
    for (int64_t k = 0; k < kK; ++k)
      sum += static_cast<uint32_t>(a[m * kDistance + k] *
                                   b[k / 4 * kDistance + 4 * n + k % 4]);
    return static_cast<int32_t>(sum);
  }
};

WITH_AMX void configure() {
  Configuration shapes;
  shapes.set(0, kM, kN * 4);
  shapes.set(1, kM, kK);
  shapes.set(2, kK / 4, kN * 4);
  shapes.set(7, kM, kN * 4);
  _tile_loadconfig(&shapes);
}

WITH_AMX void multiply(Operands &operands) {
  configure();
  _tile_loadd(0, operands.c.data(), kDistance * 4);
  _tile_loadd(1, operands.a.data(), kDistance);
  _tile_stream_loadd(2, operands.b.data(), kDistance);
  _tile_dpbusd(0, 1, 2);
  _tile_stored(0, operands.c.data(), kDistance * 4);
  _tile_release();
}

void expectProduct(unsigned seed) {
  const Operands before(seed);
  Operands after = before;
  multiply(after);
  for (int64_t m = 0; m < kM; ++m)
    for (int64_t n = 0; n < kDistance; ++n)
      EXPECT_EQ(after.c[m * kDistance + n],
                n < kN ? before.expected(m, n) : before.c[m * kDistance + n])
          << "row " << m << ", column " << n;
}

TEST_F(MatrixEmulator, MultipliesU8ByS8) {
  for (unsigned seed = 0; seed < 20; ++seed)
    expectProduct(seed);
}

TEST_F(MatrixEmulator, EveryThreadHasItsOwnRegisters) {
  std::thread other([] {
    for (unsigned seed = 0; seed < 200; ++seed)
      expectProduct(seed);
  });
  for (unsigned seed = 200; seed < 400; ++seed)
    expectProduct(seed);
  other.join();
}

using Sums = std::array<int32_t, kM * kN>;

/// A distance of 0 loads one row into all.
WITH_AMX Sums loadRow(const std::array<int32_t, kN> &row) {
  Sums sums{};
  configure();
  _tile_loadd(7, row.data(), 0);
  _tile_stored(7, sums.data(), kN * 4);
  _tile_release();
  return sums;
}

TEST_F(MatrixEmulator, LoadsOneRowIntoAll) {
  const std::array<int32_t, kN> row = {1, -2, 3, -4, 5, -6, INT32_MIN};
  const Sums sums = loadRow(row);
  for (int64_t i = 0; i < kM * kN; ++i)
    EXPECT_EQ(sums[i], row[i % kN]);
}

WITH_AMX Sums loadAndClear(Sums sums) {
  configure();
  _tile_loadd(7, sums.data(), kN * 4);
  _tile_zero(7);
  _tile_stored(7, sums.data(), kN * 4);
  _tile_release();
  return sums;
}

TEST_F(MatrixEmulator, ClearsARegister) {
  Sums sevens;
  sevens.fill(7);
  EXPECT_EQ(loadAndClear(sevens), Sums{});
}

} // namespace
} // namespace mixq
