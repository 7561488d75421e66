//===- ParametersTest.cpp - Reading and writing mixq.parameter ops --------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Parameters.h"

#include "test/analysis/IrTest.h"

using namespace mixq;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class Parameters : public IrTest {
protected:
  Parameters()
      : module(mlir::ModuleOp::create(mlir::UnknownLoc::get(&context))),
        builder(mlir::OpBuilder::atBlockEnd(module->getBody())) {}

  mlir::Value make(const std::string &name, const std::vector<float> &values) {
    return makeParameter(builder, builder.getUnknownLoc(), name, values);
  }
  static ParameterOp opOf(mlir::Value value) {
    return value.getDefiningOp<ParameterOp>();
  }

  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::OpBuilder builder;
};

TEST_F(Parameters, SmallOnesStandInline) {
  mlir::Value value = make("scale", {1, 2, 3, 4});
  EXPECT_FALSE(opOf(value).getName());
  auto tensor = readParameter(value);
  ASSERT_TRUE(mlir::succeeded(tensor)) << diagnostics;
  EXPECT_THAT(valuesOf<float>(*tensor), ElementsAre(1, 2, 3, 4));
}

TEST_F(Parameters, LargerOnesGoByName) {
  mlir::Value value = make("scale", {1, 2, 3, 4, 5});
  EXPECT_EQ(opOf(value).getName(), "scale");
  auto tensor = readParameter(value);
  ASSERT_TRUE(mlir::succeeded(tensor)) << diagnostics;
  EXPECT_THAT(valuesOf<float>(*tensor), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(Parameters, IntegersAndCodes) {
  mlir::Value integers =
      makeParameter(builder, builder.getUnknownLoc(), "zero_point",
                    std::vector<int32_t>{-5, 70000});
  auto tensor = readParameter(integers);
  ASSERT_TRUE(mlir::succeeded(tensor)) << diagnostics;
  EXPECT_THAT(valuesOf<int32_t>(*tensor), ElementsAre(-5, 70000));
  mlir::Value codes = makeParameter(
      builder, builder.getUnknownLoc(), "codes",
      Tensor::of<int8_t>({2, 1}, {-128, 127}),
      QuantizedType::get(&context, /*isSigned=*/true, /*bits=*/8, 0u));
  tensor = readParameter(codes);
  ASSERT_TRUE(mlir::succeeded(tensor)) << diagnostics;
  EXPECT_THAT(valuesOf<int8_t>(*tensor), ElementsAre(-128, 127));
}

TEST_F(Parameters, ANameIsNeverRebound) {
  mlir::Value first = make("w", {1, 2, 3, 4, 5});
  mlir::Value same = make("w", {1, 2, 3, 4, 5});
  mlir::Value other = make("w", {5, 4, 3, 2, 1});
  mlir::Value third = make("w", {0, 0, 0, 0, 0});
  EXPECT_EQ(opOf(first).getName(), "w");
  EXPECT_EQ(opOf(same).getName(), "w");
  EXPECT_EQ(opOf(other).getName(), "w.1");
  EXPECT_EQ(opOf(third).getName(), "w.2");
  auto tensor = readParameter(first);
  ASSERT_TRUE(mlir::succeeded(tensor)) << diagnostics;
  EXPECT_THAT(valuesOf<float>(*tensor), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(Parameters, OnlyParametersCanBeRead) {
  auto text = parse(R"(
    func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
      %0 = mixq.gelu %x : tensor<1x2xf32>
      return %0 : tensor<1x2xf32>
    })");
  auto main = mainOf(*text);
  EXPECT_TRUE(mlir::failed(readParameter(main.getArgument(0))));
  EXPECT_THAT(diagnostics,
              HasSubstr("expects a mixq.parameter, got 'a block argument'"));
  mlir::Operation &gelu = main.getBody().front().front();
  EXPECT_TRUE(mlir::failed(readParameter(gelu.getResult(0))));
  EXPECT_THAT(diagnostics,
              HasSubstr("expects a mixq.parameter, got 'mixq.gelu'"));
}

} // namespace
