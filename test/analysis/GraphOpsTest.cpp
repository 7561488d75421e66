//===- GraphOpsTest.cpp - Evaluation of graph ops -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

using namespace mixq;
using testing::ElementsAre;
using testing::FloatEq;
using testing::FloatNear;
using testing::HasSubstr;

namespace {

class GraphOps : public IrTest {};

TEST_F(GraphOps, ParameterInlineAndSplat) {
  auto results = runAll(R"(
    func.func @main() -> (tensor<2xf32>, tensor<3xi32>, tensor<2x!mixq.q<s8>>,
                          tensor<2x!mixq.q<u8>>) {
      %0 = mixq.parameter dense<[1.5, -2.0]> : tensor<2xf32> : tensor<2xf32>
      %1 = mixq.parameter dense<-7> : tensor<3xi32> : tensor<3xi32>
      %2 = mixq.parameter dense<[-128, 127]> : tensor<2xi8> : tensor<2x!mixq.q<s8>>
      %3 = mixq.parameter dense<-1> : tensor<2xi8> : tensor<2x!mixq.q<u8>>
      return %0, %1, %2, %3 : tensor<2xf32>, tensor<3xi32>, tensor<2x!mixq.q<s8>>,
                              tensor<2x!mixq.q<u8>>
    })",
                        {});
  ASSERT_EQ(results.size(), 4u) << diagnostics;
  EXPECT_THAT(valuesOf<float>(results[0]), ElementsAre(1.5f, -2.0f));
  EXPECT_THAT(valuesOf<int32_t>(results[1]), ElementsAre(-7, -7, -7));
  EXPECT_THAT(valuesOf<int8_t>(results[2]), ElementsAre(-128, 127));
  EXPECT_THAT(valuesOf<uint8_t>(results[3]), ElementsAre(255, 255));
}

constexpr const char *kStored = R"(
  func.func @main() -> tensor<2xf32> {
    %0 = mixq.parameter "w" hash "0123456789abcdef" : tensor<2xf32>
    return %0 : tensor<2xf32>
  })";

TEST_F(GraphOps, ParameterFromTheStore) {
  auto &store = context.getLoadedDialect<MixqDialect>()->getParameterStore();
  Tensor weight = Tensor::of<float>({2}, {3, 4});
  std::string hash = formatHash(store.insert("w", weight));
  std::string text = kStored;
  text.replace(text.find("0123456789abcdef"), 16, hash);
  Tensor result = run(text, {});
  EXPECT_THAT(valuesOf<float>(result), ElementsAre(3, 4)) << diagnostics;
  EXPECT_EQ(result.raw(), weight.raw()) << "parameters must not be copied";
}

TEST_F(GraphOps, ParameterOfOtherContent) {
  context.getLoadedDialect<MixqDialect>()->getParameterStore().insert(
      "w", Tensor::of<float>({2}, {3, 4}));
  auto module = parse(kStored);
  EXPECT_TRUE(mlir::failed(Interpreter::create(mainOf(*module))));
  EXPECT_THAT(diagnostics, HasSubstr("0123456789abcdef"));
}

TEST_F(GraphOps, PatchEmbed) {
  // Two patches of 2x2; the filters take the sum and the top right element.
  Tensor result = run(R"(
    func.func @main(%image: tensor<1x2x4xf32>) -> tensor<2x2xf32> {
      %w = mixq.parameter dense<[[[[1.0, 1.0], [1.0, 1.0]]], [[[0.0, 1.0], [0.0, 0.0]]]]>
        : tensor<2x1x2x2xf32> : tensor<2x1x2x2xf32>
      %b = mixq.parameter dense<[0.5, 0.0]> : tensor<2xf32> : tensor<2xf32>
      %0 = mixq.patch_embed %image, %w, %b
        : (tensor<1x2x4xf32>, tensor<2x1x2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
      return %0 : tensor<2x2xf32>
    })",
                      Tensor::of<float>({1, 2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_THAT(valuesOf<float>(result), ElementsAre(14.5, 2, 22.5, 4));
}

TEST_F(GraphOps, Linear) {
  Tensor result = run(R"(
    func.func @main(%x: tensor<2x2xf32>) -> tensor<2x3xf32> {
      %w = mixq.parameter dense<[[1.0, 0.0], [1.0, 1.0], [0.0, -2.0]]>
        : tensor<3x2xf32> : tensor<3x2xf32>
      %b = mixq.parameter dense<[0.0, 10.0, 0.0]> : tensor<3xf32> : tensor<3xf32>
      %0 = mixq.linear %x, %w, %b
        : (tensor<2x2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<2x3xf32>
      return %0 : tensor<2x3xf32>
    })",
                      Tensor::of<float>({2, 2}, {1, 2, 3, 4}));
  EXPECT_THAT(valuesOf<float>(result), ElementsAre(1, 13, -4, 3, 17, -8));
}

TEST_F(GraphOps, MatmulBothWays) {
  auto results =
      runAll(R"(
    func.func @main(%a: tensor<2x1x2xf32>, %b: tensor<2x2x2xf32>)
        -> (tensor<2x1x2xf32>, tensor<2x1x2xf32>) {
      %0 = mixq.matmul %a, %b
        : (tensor<2x1x2xf32>, tensor<2x2x2xf32>) -> tensor<2x1x2xf32>
      %1 = mixq.matmul %a, %b transpose_rhs multiplier 5.000000e-01
        : (tensor<2x1x2xf32>, tensor<2x2x2xf32>) -> tensor<2x1x2xf32>
      return %0, %1 : tensor<2x1x2xf32>, tensor<2x1x2xf32>
    })",
             {Tensor::of<float>({2, 1, 2}, {1, 2, 3, 4}),
              Tensor::of<float>({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})});
  ASSERT_EQ(results.size(), 2u) << diagnostics;
  EXPECT_THAT(valuesOf<float>(results[0]), ElementsAre(7, 10, 43, 50));
  EXPECT_THAT(valuesOf<float>(results[1]), ElementsAre(2.5, 5.5, 19.5, 26.5));
}

TEST_F(GraphOps, LayerNorm) {
  Tensor result = run(R"(
    func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
      %g = mixq.parameter dense<[1.0, 2.0]> : tensor<2xf32> : tensor<2xf32>
      %b = mixq.parameter dense<[0.0, 1.0]> : tensor<2xf32> : tensor<2xf32>
      %0 = mixq.layer_norm %x, %g, %b epsilon 3.000000e+00
        : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
      return %0 : tensor<2x2xf32>
    })",
                      Tensor::of<float>({2, 2}, {1, 3, 5, 5}));
  EXPECT_THAT(valuesOf<float>(result), ElementsAre(-0.5, 2, 0, 1));
}

TEST_F(GraphOps, SoftmaxGeluAdd) {
  Tensor result = run(R"(
    func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
      %0 = mixq.softmax %x : tensor<2x2xf32>
      %1 = mixq.gelu %x : tensor<2x2xf32>
      %2 = mixq.add %0, %1 : tensor<2x2xf32>
      return %2 : tensor<2x2xf32>
    })",
                      Tensor::of<float>({2, 2}, {0, 0, 1, 1000}));
  EXPECT_THAT(valuesOf<float>(result),
              ElementsAre(FloatEq(0.5), FloatEq(0.5),
                          FloatNear(0.841344746, 2e-6), FloatEq(1001)));
}

TEST_F(GraphOps, Pool) {
  Tensor result = run(R"(
    func.func @main(%x: tensor<4x2xf32>) -> tensor<1x2xf32> {
      %0 = mixq.pool %x : (tensor<4x2xf32>) -> tensor<1x2xf32>
      return %0 : tensor<1x2xf32>
    })",
                      Tensor::of<float>({4, 2}, {1, -2, 2, 0, 3, 4, 8, 0}));
  EXPECT_THAT(valuesOf<float>(result), ElementsAre(3.5, 0.5));
}

TEST_F(GraphOps, ConcatAndSlice) {
  auto results = runAll(R"(
    func.func @main(%a: tensor<1x2xf32>, %b: tensor<2x2xf32>)
        -> (tensor<3x2xf32>, tensor<2x2xf32>) {
      %0 = mixq.concat %a, %b : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
      %1 = mixq.slice %0 from 1 : (tensor<3x2xf32>) -> tensor<2x2xf32>
      return %0, %1 : tensor<3x2xf32>, tensor<2x2xf32>
    })",
                        {Tensor::of<float>({1, 2}, {1, 2}),
                         Tensor::of<float>({2, 2}, {3, 4, 5, 6})});
  ASSERT_EQ(results.size(), 2u) << diagnostics;
  EXPECT_THAT(valuesOf<float>(results[0]), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(valuesOf<float>(results[1]), ElementsAre(3, 4, 5, 6));
}

TEST_F(GraphOps, SplitAndMergeHeads) {
  // Two tokens, two heads of one element: q0 q1 k0 k1 v0 v1.
  auto results = runAll(
      R"(
    func.func @main(%x: tensor<2x6xf32>)
        -> (tensor<2x2x1xf32>, tensor<2x2x1xf32>, tensor<2x2x1xf32>, tensor<2x2xf32>) {
      %q, %k, %v = mixq.split_qkv %x
        : (tensor<2x6xf32>) -> (tensor<2x2x1xf32>, tensor<2x2x1xf32>, tensor<2x2x1xf32>)
      %m = mixq.merge_heads %v : (tensor<2x2x1xf32>) -> tensor<2x2xf32>
      return %q, %k, %v, %m
        : tensor<2x2x1xf32>, tensor<2x2x1xf32>, tensor<2x2x1xf32>, tensor<2x2xf32>
    })",
      Tensor::of<float>({2, 6}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  ASSERT_EQ(results.size(), 4u) << diagnostics;
  EXPECT_THAT(valuesOf<float>(results[0]), ElementsAre(1, 7, 2, 8));
  EXPECT_THAT(valuesOf<float>(results[1]), ElementsAre(3, 9, 4, 10));
  EXPECT_THAT(valuesOf<float>(results[2]), ElementsAre(5, 11, 6, 12));
  EXPECT_THAT(valuesOf<float>(results[3]), ElementsAre(5, 6, 11, 12));
}

/// Every float op of the graph and kernel levels in one function.
constexpr const char *kFloatOps = R"(
  func.func @main(%image: tensor<2x4x4xf32>, %w: tensor<24x8xf32>) -> tensor<4x8xf32> {
    %b = mixq.parameter dense<0.25> : tensor<24xf32> : tensor<24xf32>
    %g = mixq.parameter dense<1.5> : tensor<8xf32> : tensor<8xf32>
    %rows = mixq.extract_patches %image patch [2, 2] : (tensor<2x4x4xf32>) -> tensor<4x8xf32>
    %n = mixq.layer_norm %rows, %g, %g epsilon 1.000000e-06
      : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
    %qkv = mixq.fused_linear %n, %w, %b epilogue store
      : (tensor<4x8xf32>, tensor<24x8xf32>, tensor<24xf32>) -> tensor<4x24xf32>
    %fused = mixq.fused_attention %qkv heads 2 multiplier 5.000000e-01
      : (tensor<4x24xf32>) -> tensor<4x8xf32>
    %q, %k, %v = mixq.split_qkv %qkv
      : (tensor<4x24xf32>) -> (tensor<2x4x4xf32>, tensor<2x4x4xf32>, tensor<2x4x4xf32>)
    %s = mixq.matmul %q, %k transpose_rhs multiplier 5.000000e-01
      : (tensor<2x4x4xf32>, tensor<2x4x4xf32>) -> tensor<2x4x4xf32>
    %p = mixq.softmax %s : tensor<2x4x4xf32>
    %o = mixq.matmul %p, %v : (tensor<2x4x4xf32>, tensor<2x4x4xf32>) -> tensor<2x4x4xf32>
    %m = mixq.merge_heads %o : (tensor<2x4x4xf32>) -> tensor<4x8xf32>
    %wb = mixq.slice %w from 8 : (tensor<24x8xf32>) -> tensor<8x8xf32>
    %y = mixq.fused_linear %fused, %wb, %g residual %m epilogue add
      : (tensor<4x8xf32>, tensor<8x8xf32>, tensor<8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
    %z = mixq.fused_linear %y, %wb, %g epilogue gelu
      : (tensor<4x8xf32>, tensor<8x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
    return %z : tensor<4x8xf32>
  })";

Tensor widen(const Tensor &tensor) {
  std::vector<double> values(tensor.data<float>(),
                             tensor.data<float>() + tensor.size());
  return Tensor::of<double>(tensor.shape(), values);
}

TEST_F(GraphOps, FloatAndDoubleAgree) {
  Tensor image = randomTensor({2, 4, 4}, 1),
         w = randomTensor({24, 8}, 2, -1, 1);
  Tensor single = run(kFloatOps, {image, w});
  Tensor wide = run(kFloatOps, {widen(image), widen(w)}, DataType::F64);
  ASSERT_EQ(single.type(), DataType::F32) << diagnostics;
  ASSERT_EQ(wide.type(), DataType::F64) << diagnostics;
  for (int64_t i = 0; i < single.size(); ++i)
    EXPECT_NEAR(single.data<float>()[i], wide.data<double>()[i], 2e-5) << i;
}

TEST_F(GraphOps, FusedAttentionIsItsParts) {
  Tensor image = randomTensor({2, 4, 4}, 3), w = randomTensor({24, 8}, 4);
  auto returning = [&](const std::string &value) {
    std::string text = kFloatOps;
    text.replace(text.find("return %z"), 9, "return " + value);
    return valuesOf<float>(run(text, {image, w}));
  };
  EXPECT_THAT(returning("%fused"),
              testing::Pointwise(FloatNear(1e-6), returning("%m")));
}

TEST_F(GraphOps, MixedPrecisionIsAnError) {
  auto module = parse(R"(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %0 = mixq.add %x, %x : tensor<2xf32>
      return %0 : tensor<2xf32>
    })");
  mlir::Operation *add = &mainOf(*module).getBody().front().front();
  auto result = llvm::cast<EvaluateOpInterface>(add).evaluate(
      {Tensor(DataType::F32, {2}), Tensor(DataType::F64, {2})});
  EXPECT_TRUE(mlir::failed(result));
  EXPECT_THAT(diagnostics, HasSubstr("float operands of one type"));
}

} // namespace
