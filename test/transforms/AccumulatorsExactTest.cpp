//===- AccumulatorsExactTest.cpp - Sums of every width and edge -----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The sums of quantized linears are those of the interpreter for every width,
// target and number of rows, with columns and depths around the target's tile.
//
//===----------------------------------------------------------------------===//

#include "CodegenTest.h"
#include "test/transforms/LinearKernels.h"

using namespace mixq;

namespace {

class Accumulators
    : public CodegenTest,
      public testing::WithParamInterface<std::tuple<int64_t, int64_t>> {};

TEST_P(Accumulators, SameAsTheInterpreter) {
  const auto [bits, rows] = GetParam();
  for (const Target *target : runnableTargets())
    for (const LinearKernel &kernel : kernelsAtEdges(*target, bits, rows)) {
      SCOPED_TRACE(kernel.name());
      for (RowRange part : returnableRows(kernel))
        expectSameBits(accumulatorsText(context, kernel, part), noImage(),
                       {target});
    }
}

INSTANTIATE_TEST_SUITE_P(
    Kernels, Accumulators,
    testing::Combine(testing::ValuesIn(kWidths), testing::ValuesIn(kRows)),
    [](const auto &info) {
      return "s" + std::to_string(std::get<0>(info.param)) + "_" +
             std::to_string(std::get<1>(info.param)) + "_rows";
    });

/// What the table promises; a test of fewer kernels would pass, too.
TEST(LinearKernels, RowsTogetherHaveEveryEdge) {
  for (const Target &target : allTargets())
    for (int64_t bits : kWidths) {
      std::set<std::pair<int64_t, int64_t>> edges;
      for (int64_t rows : kRows)
        for (const LinearKernel &kernel : kernelsAtEdges(target, bits, rows))
          edges.insert({kernel.columns, kernel.depth});
      EXPECT_EQ(edges.size(), 42u) << target.name.str() << " " << bits;
      EXPECT_TRUE(
          edges.count({3 * target.tileColumns() + 1, 3 * depthTile(target)}));
    }
}

} // namespace
