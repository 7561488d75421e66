//===- GraphBuilderTest.cpp - Emit the graph level, op by op --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/GraphBuilder.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mixq;

namespace {

/// Whatever a checkpoint holds: an error, not an assertion.
TEST(GraphBuilder, NamesAParameterThatWasNotDefined) {
  mlir::MLIRContext context;
  GraphBuilder graph(context, {1, 2, 2}, {1, 2});
  graph.define("fc.weight", Tensor(DataType::F32, {2, 2}));
  mlir::Value input = graph.parameter("fc.weight");
  auto module = graph.finish(graph.linear(input, "fc"));
  ASSERT_FALSE(module.ok());
  EXPECT_THAT(module.status().message(),
              testing::HasSubstr("needs tensor 'fc.bias'"));
}

} // namespace
