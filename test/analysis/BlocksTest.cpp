//===- BlocksTest.cpp - Borders of blocks ---------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/Blocks.h"

using namespace mixq;
using testing::IsEmpty;

namespace {

class Blocks : public IrTest {};

/// A block with a residual path, behind an embedding that is added to; then one
/// without, behind an op that belongs to none.
constexpr const char *kNetwork = R"(
  func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
    %w = mixq.parameter dense<1.0> : tensor<2x2xf32> : tensor<2x2xf32>
    %b = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<2xf32>
    %0 = mixq.add %x, %w {name = "embed"} : tensor<2x2xf32>
    %1 = mixq.gelu %0 : tensor<2x2xf32>
    %2 = mixq.linear %1, %w, %b unit "stages.0.blocks.0.fc1"
      : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
    %3 = mixq.add %0, %2 {name = "residual"} : tensor<2x2xf32>
    %4 = mixq.gelu %3 {name = "between"} : tensor<2x2xf32>
    %5 = mixq.linear %4, %w, %b unit "stages.0.blocks.1.fc1"
      : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
    return %5 : tensor<2x2xf32>
  })";

std::string nameOf(mlir::Value value) {
  mlir::Operation *op = value.getDefiningOp();
  return op->getAttrOfType<mlir::StringAttr>("name").str();
}

TEST_F(Blocks, BeginAndEndWhereAllFlowsThroughOneValue) {
  auto module = parse(kNetwork);
  ASSERT_TRUE(module) << diagnostics;
  std::vector<NetworkBlock> blocks = findBlocks(mainOf(*module));
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0].name, "stages.0.blocks.0");
  EXPECT_EQ(nameOf(blocks[0].input), "embed");
  EXPECT_EQ(nameOf(blocks[0].output), "residual");
  EXPECT_EQ(blocks[1].name, "stages.0.blocks.1");
  EXPECT_EQ(nameOf(blocks[1].input), "between");
  EXPECT_EQ(blocks[1].output.getDefiningOp()->getName().stripDialect(),
            "linear");
}

TEST_F(Blocks, NoneWithoutUnitsOfBlocks) {
  auto module = parse(R"(
    func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
      %0 = mixq.gelu %x : tensor<2x2xf32>
      return %0 : tensor<2x2xf32>
    })");
  EXPECT_THAT(findBlocks(mainOf(*module)), IsEmpty());
}

TEST_F(Blocks, TypesOfUnits) {
  EXPECT_EQ(unitTypeOf("blocks.3.mlp.fc1"), "fc1");
  EXPECT_EQ(unitTypeOf("head"), "head");
  EXPECT_EQ(unitTypeOf(""), "");
}

TEST_F(Blocks, Dependents) {
  auto module = parse(R"(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %w = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<2xf32>
      %0 = mixq.gelu %w : tensor<2xf32>
      %1 = mixq.add %x, %0 : tensor<2xf32>
      return %1 : tensor<2xf32>
    })");
  EXPECT_EQ(findDependents(mainOf(*module), false).size(), 2u);
  EXPECT_EQ(findDependents(mainOf(*module), true).size(), 4u);
}

} // namespace
