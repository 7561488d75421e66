//===- LiveRowsTest.cpp - Which rows of a value reach the result ----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/LiveRows.h"

#include "IrTest.h"

using namespace mixq;

namespace {

class LiveRowsOf : public IrTest {
protected:
  /// "begin..end" of the result of every op, in order.
  std::vector<std::string> rangesOf(const char *text) {
    module = parse(text);
    EXPECT_TRUE(module) << diagnostics;
    std::vector<std::string> ranges;
    if (!module)
      return ranges;
    mlir::func::FuncOp function = mainOf(*module);
    LiveRows live(function);
    for (mlir::Operation &op :
         function.getBody().front().without_terminator()) {
      RowRange rows = live.of(op.getResult(0));
      ranges.push_back(std::to_string(rows.begin) + ".." +
                       std::to_string(rows.end));
    }
    return ranges;
  }

  mlir::OwningOpRef<mlir::ModuleOp> module;
};

TEST_F(LiveRowsOf, RowWiseOpsReadWhatIsReadOfThem) {
  EXPECT_THAT(rangesOf(R"(
    func.func @main(%x: tensor<5x4xf32>, %w: tensor<4x4xf32>, %b: tensor<4xf32>) -> tensor<1x4xf32> {
      %0 = mixq.layer_norm %x, %b, %b epsilon 1.0e-6 : (tensor<5x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<5x4xf32>
      %1 = mixq.linear %0, %w, %b : (tensor<5x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<5x4xf32>
      %2 = mixq.gelu %1 : tensor<5x4xf32>
      %3 = mixq.add %2, %x : tensor<5x4xf32>
      %4 = mixq.slice %3 from 2 : (tensor<5x4xf32>) -> tensor<1x4xf32>
      return %4 : tensor<1x4xf32>
    })"),
              testing::ElementsAre("2..3", "2..3", "2..3", "2..3", "0..1"));
}

TEST_F(LiveRowsOf, OpsThatMixRowsReadAll) {
  EXPECT_THAT(rangesOf(R"(
    func.func @main(%x: tensor<5x12xf32>) -> tensor<1x4xf32> {
      %0 = mixq.gelu %x : tensor<5x12xf32>
      %q, %k, %v = mixq.split_qkv %0 : (tensor<5x12xf32>) -> (tensor<2x5x2xf32>, tensor<2x5x2xf32>, tensor<2x5x2xf32>)
      %1 = mixq.merge_heads %q : (tensor<2x5x2xf32>) -> tensor<5x4xf32>
      %2 = mixq.slice %1 from 1 : (tensor<5x4xf32>) -> tensor<3x4xf32>
      %3 = mixq.slice %2 from 1 : (tensor<3x4xf32>) -> tensor<1x4xf32>
      return %3 : tensor<1x4xf32>
    })"),
              testing::ElementsAre("0..5", "0..2", "2..3", "1..2", "0..1"));
}

TEST_F(LiveRowsOf, ReadersAddUpAndTheUnreadHasNone) {
  EXPECT_THAT(rangesOf(R"(
    func.func @main(%x: tensor<5x4xf32>) -> (tensor<1x4xf32>, tensor<2x4xf32>) {
      %0 = mixq.gelu %x : tensor<5x4xf32>
      %1 = mixq.slice %0 from 0 : (tensor<5x4xf32>) -> tensor<1x4xf32>
      %2 = mixq.slice %0 from 2 : (tensor<5x4xf32>) -> tensor<2x4xf32>
      %3 = mixq.gelu %0 : tensor<5x4xf32>
      return %1, %2 : tensor<1x4xf32>, tensor<2x4xf32>
    })"),
              testing::ElementsAre("0..4", "0..1", "0..2", "0..0"));
}

} // namespace
