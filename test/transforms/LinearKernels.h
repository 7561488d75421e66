//===- LinearKernels.h - What kernels are tested and timed on ---*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The table of quantized linears: widths, rows and layers, which the exactness
// test and the benchmark read. The third axis, the targets, is the table that
// the compiler chooses from (transforms/codegen/Targets.inc).
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_TRANSFORMS_LINEARKERNELS_H
#define MIXQ_TEST_TRANSFORMS_LINEARKERNELS_H

#include "transforms/codegen/Target.h"

#include "mlir/IR/MLIRContext.h"

#include <string>
#include <vector>

namespace mixq {

/// A product of codes [rows, depth] and weights [columns, depth].
struct LinearKernel {
  int64_t bits; ///< of the weights
  int64_t rows, columns, depth;

  std::string name() const; ///< "u8s4_197x768x192"
};

/// Bits of weights that have kernels.
inline constexpr int64_t kWidths[] = {2, 3, 4, 5, 6, 7, 8};

/// One row, as in a head; the tiles of 6 rows around full; windows of 7 x 7;
/// the tokens of 224 and of 384 pixels. Odd ones beside them.
inline constexpr int64_t kRows[] = {1, 2, 3,  4,  5,   6,   7,
                                    8, 9, 49, 50, 197, 198, 577};

/// Those that are timed: a head, few tokens, a window, images of 224 and 384
/// pixels.
inline constexpr int64_t kTimedRows[] = {1, 8, 49, 197, 577};

/// A layer of a model: [columns, depth].
struct LinearLayer {
  const char *model;
  int64_t columns, depth;
};
inline constexpr LinearLayer kLayers[] = {{"vit_tiny", 768, 192},
                                          {"deit_small", 1152, 384},
                                          {"vit_base", 768, 768},
                                          {"vit_base", 768, 3072}};

/// What a product takes of the sum at once: a row of a matrix register, or what
/// unpacking writes at once, which is whole groups.
int64_t depthTile(const Target &target);

/// Of one width and number of rows, products whose columns and depths lie at
/// odd multiples of the target's tile and beside them. All rows together have
/// every such column with every such depth.
std::vector<LinearKernel> kernelsAtEdges(const Target &target, int64_t bits,
                                         int64_t rows);

/// Rows of a result that a function returns.
struct RowRange {
  int64_t begin, count;
};

/// All rows of a result of fp32, in parts that a module can hand out.
std::vector<RowRange> returnableRows(const LinearKernel &kernel);

/// Text of a function (see KernelHarness.h) that returns rows of the sums as
/// fp32, exactly: they are below 2^24 for depths up to 256. Both extremes of
/// every operand occur.
std::string accumulatorsText(mlir::MLIRContext &context,
                             const LinearKernel &kernel, RowRange rows);

/// That computes codes, as the linears of a model do, and returns a row.
std::string requantizedText(mlir::MLIRContext &context,
                            const LinearKernel &kernel);

} // namespace mixq

#endif // MIXQ_TEST_TRANSFORMS_LINEARKERNELS_H
