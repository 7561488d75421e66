//===- LinearKernels.cpp - What kernels are tested and timed on -----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/transforms/LinearKernels.h"

#include "runtime/ModuleVerifier.h"
#include "test/transforms/KernelHarness.h"
#include "transforms/codegen/BitPacking.h"
#include "transforms/codegen/LoweringContext.h"

#include <cmath>
#include <iterator>
#include <random>

namespace mixq {

std::string LinearKernel::name() const {
  return "u8s" + std::to_string(bits) + "_" + std::to_string(rows) + "x" +
         std::to_string(columns) + "x" + std::to_string(depth);
}

int64_t depthTile(const Target &target) {
  if (target.hasMatrices())
    return MatrixSteps::kMostGroups * target.dotGroup;
  return BitPacking::kVectors * target.dotGroup / target.tileVectors;
}

std::vector<LinearKernel> kernelsAtEdges(const Target &target, int64_t bits,
                                         int64_t rows) {
  const int64_t tile = target.tileColumns();
  const int64_t chunk = depthTile(target);
  const int64_t columns[] = {tile - 1,     tile,     tile + 1,
                             3 * tile - 1, 3 * tile, 3 * tile + 1};
  const int64_t depths[] = {chunk - 1,     chunk,         chunk + 1,
                            3 * chunk - 2, 3 * chunk - 1, 3 * chunk,
                            3 * chunk + 1};
  constexpr size_t pairs = std::size(columns) * std::size(depths);
  constexpr size_t share = pairs / std::size(kRows);
  static_assert(share * std::size(kRows) == pairs);
  const size_t row =
      std::find(std::begin(kRows), std::end(kRows), rows) - std::begin(kRows);
  std::vector<LinearKernel> kernels;
  for (size_t i = 0; i < share; ++i) {
    // Another share for each width.
    const size_t pair = (share * row + i + 5 * bits) % pairs;
    kernels.push_back({bits, rows, columns[pair % std::size(columns)],
                       depths[pair / std::size(columns)]});
  }
  return kernels;
}

std::vector<RowRange> returnableRows(const LinearKernel &kernel) {
  const int64_t most = maxClasses / roundUp(kernel.columns, kColumnPadding);
  std::vector<RowRange> ranges;
  for (int64_t begin = 0; begin < kernel.rows; begin += most)
    ranges.push_back({begin, std::min(most, kernel.rows - begin)});
  return ranges;
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// Unsigned codes of `bits` bits, or s8: the highest in row 0, the lowest in
/// row 1, any in the others.
static Tensor codes(int64_t bits, bool isSigned, int64_t rows, int64_t columns,
                    unsigned seed) {
  Tensor tensor(isSigned ? DataType::S8 : DataType::U8, {rows, columns});
  std::minstd_rand generator(seed);
  const int64_t count = int64_t(1) << bits, low = isSigned ? -count / 2 : 0;
  for (int64_t i = 0; i < rows * columns; ++i) {
    const int64_t any = static_cast<int64_t>(generator() / 7) % count;
    const int64_t row = i / columns;
    const int64_t code = row == 0 ? count - 1 : row == 1 ? 0 : any;
    tensor.mutableRaw()[i] = static_cast<uint8_t>(low + code);
  }
  return tensor;
}

/// Of half of the products inside the range of codes, so that few bits make
/// small weights; of the others outside, too, up to the limits of s8.
static Tensor zeroPoints(const LinearKernel &kernel) {
  const int32_t high = (1 << kernel.bits) - 1;
  const int32_t candidates[] = {0, high, high / 2, 128, high - 127};
  const bool isInside = (kernel.columns / 2 + kernel.depth) % 2 == 0;
  const int64_t count = isInside ? 3 : std::size(candidates);
  Tensor tensor(DataType::S32, {kernel.columns});
  for (int64_t n = 0; n < kernel.columns; ++n)
    tensor.mutableData<int32_t>()[n] = candidates[n % count];
  return tensor;
}

static Tensor corrections(int64_t columns) {
  Tensor tensor(DataType::S32, {columns});
  std::minstd_rand generator(5);
  for (int64_t n = 0; n < columns; ++n)
    tensor.mutableData<int32_t>()[n] =
        static_cast<int32_t>(generator() % 2000001) - 1000000;
  return tensor;
}

static Tensor filled(int64_t columns, float value) {
  Tensor tensor(DataType::F32, {columns});
  std::fill_n(tensor.mutableData<float>(), columns, value);
  return tensor;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

namespace {

/// What becomes of the sums: multiplier * sum + offset, as `element`.
struct Ending {
  float multiplier, offset;
  const char *epilogue, *element;
};

} // namespace

/// The product, `%y`.
static std::string linearText(mlir::MLIRContext &context,
                              const LinearKernel &kernel,
                              const Ending &ending) {
  const auto [bits, m, n, k] = kernel;
  const bool isNarrow = bits < 8;
  const std::string weight =
      isNarrow ? "!mixq.q<u" + std::to_string(bits) + ", axis = 0>" : kS8;
  std::string body =
      parameterText(context, "x", codes(8, false, m, k, 1), kU8) +
      parameterText(context, "w", codes(bits, !isNarrow, n, k, 2), weight) +
      parameterText(context, "c", corrections(n), "i32") +
      parameterText(context, "m", filled(n, ending.multiplier), "f32") +
      parameterText(context, "o", filled(n, ending.offset), "f32");
  if (isNarrow)
    body += parameterText(context, "z", zeroPoints(kernel), "i32");
  const std::string ints = tensorType(n, "i32"), floats = tensorType(n, "f32");
  return body + "%y = mixq.qlinear %x, %w " +
         (isNarrow ? "weight_zero_point %z " : "") +
         "correction %c multiplier %m offset %o epilogue " + ending.epilogue +
         " : (" + tensorType({m, k}, kU8) + ", " + tensorType({n, k}, weight) +
         ", " + (isNarrow ? ints + ", " : "") + ints + ", " + floats + ", " +
         floats + ") -> " + tensorType({m, n}, ending.element) + "\n";
}

static std::string functionOf(mlir::MLIRContext &context,
                              const LinearKernel &kernel, const Ending &ending,
                              RowRange rows) {
  const std::string whole =
      tensorType({kernel.rows, kernel.columns}, ending.element);
  const std::string part =
      tensorType({rows.count, kernel.columns}, ending.element);
  return functionText(
      kNoImageType,
      linearText(context, kernel, ending) + "%result = mixq.slice %y from " +
          std::to_string(rows.begin) + " : (" + whole + ") -> " + part,
      part);
}

std::string accumulatorsText(mlir::MLIRContext &context,
                             const LinearKernel &kernel, RowRange rows) {
  return functionOf(context, kernel, {1, 0, "store", "f32"}, rows);
}

std::string requantizedText(mlir::MLIRContext &context,
                            const LinearKernel &kernel) {
  // Sums of products of random codes, to some 8 bits.
  const float spread =
      128 * std::ldexp(std::sqrt(float(kernel.depth)), int(kernel.bits) - 1);
  return functionOf(context, kernel, {64 / spread, 128, "requantize", kU8},
                    {0, 1});
}

} // namespace mixq
