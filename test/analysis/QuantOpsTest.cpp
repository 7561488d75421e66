//===- QuantOpsTest.cpp - Evaluation of quantize and dequantize -----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include <limits>

using namespace mixq;
using testing::ElementsAre;

namespace {

class QuantOps : public IrTest {};

TEST_F(QuantOps, QuantizePerTensor) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  Tensor result = run(R"(
    func.func @main(%x: tensor<8xf32>) -> tensor<8x!mixq.q<u8>> {
      %s = mixq.parameter dense<5.000000e-01> : tensor<1xf32> : tensor<1xf32>
      %z = mixq.parameter dense<10> : tensor<1xi32> : tensor<1xi32>
      %0 = mixq.quantize %x scale %s zero_point %z
        : (tensor<8xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<8x!mixq.q<u8>>
      return %0 : tensor<8x!mixq.q<u8>>
    })",
                      Tensor::of<float>({8}, {0, 0.25, 0.75, -4, -6, kInfinity,
                                              -kInfinity, kNaN}));
  // 0.5 and 1.5 steps: ties to even.
  EXPECT_THAT(valuesOf<uint8_t>(result),
              ElementsAre(10, 10, 12, 2, 0, 255, 0, 0));
}

TEST_F(QuantOps, EncodeTakesTheNearestEntry) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  auto results = runAll(R"(
    func.func @main(%x: tensor<9xf32>) -> (tensor<9x!mixq.codebook<u2, u8>>, tensor<9xf32>) {
      %s = mixq.parameter dense<5.000000e-01> : tensor<1xf32> : tensor<1xf32>
      %o = mixq.parameter dense<-1.0> : tensor<1xf32> : tensor<1xf32>
      %t = mixq.parameter dense<[0, 3, 30, 255]> : tensor<4xi32> : tensor<4xi32>
      %0 = mixq.encode %x scale %s offset %o table %t
        : (tensor<9xf32>, tensor<1xf32>, tensor<1xf32>, tensor<4xi32>) -> tensor<9x!mixq.codebook<u2, u8>>
      %1 = mixq.decode %0 scale %s offset %o
        : (tensor<9x!mixq.codebook<u2, u8>>, tensor<1xf32>, tensor<1xf32>) -> tensor<9xf32>
      return %0, %1 : tensor<9x!mixq.codebook<u2, u8>>, tensor<9xf32>
    })",
                        Tensor::of<float>({9}, {-1, -0.25, -0.2, 7.25, 7.3, 200,
                                                kInfinity, -kInfinity, kNaN}));
  ASSERT_EQ(results.size(), 2u) << diagnostics;
  // (x + 1) / 0.5: 0, 1.5 (halfway), 1.6, 16.5 (halfway), 16.6, 402.
  EXPECT_THAT(valuesOf<uint8_t>(results[0]),
              ElementsAre(0, 0, 3, 3, 30, 255, 255, 0, 0));
  EXPECT_THAT(valuesOf<float>(results[1]),
              ElementsAre(-1, -1, 0.5, 0.5, 14, 126.5, 126.5, -1, -1));
}

TEST_F(QuantOps, EncodeRefusesADecreasingTable) {
  run(R"(
    func.func @main(%x: tensor<1xf32>) -> tensor<1x!mixq.codebook<u2, u8>> {
      %s = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
      %t = mixq.parameter dense<[0, 3, 2, 255]> : tensor<4xi32> : tensor<4xi32>
      %0 = mixq.encode %x scale %s offset %s table %t
        : (tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<4xi32>) -> tensor<1x!mixq.codebook<u2, u8>>
      return %0 : tensor<1x!mixq.codebook<u2, u8>>
    })",
      Tensor::of<float>({1}, {1}));
  EXPECT_THAT(diagnostics,
              testing::HasSubstr("in non-decreasing order, got 2"));
}

TEST_F(QuantOps, QuantizeNarrowCodes) {
  for (auto [type, low, high] :
       {std::tuple("u2", 0, 3), std::tuple("s2", -2, 1),
        std::tuple("u4", 0, 15), std::tuple("s4", -8, 7),
        std::tuple("s8", -128, 127)}) {
    std::string codes = std::string("tensor<4x!mixq.q<") + type + ">>";
    Tensor result = run("func.func @main(%x: tensor<4xf32>) -> " + codes + R"( {
          %s = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
          %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
          %0 = mixq.quantize %x scale %s zero_point %z
            : (tensor<4xf32>, tensor<1xf32>, tensor<1xi32>) -> )" +
                            codes + "\n return %0 : " + codes + "}",
                        Tensor::of<float>({4}, {-1000, -1, 1, 1000}));
    std::vector<int> found;
    if (*type == 's')
      for (int8_t code : valuesOf<int8_t>(result))
        found.push_back(code);
    else
      for (uint8_t code : valuesOf<uint8_t>(result))
        found.push_back(code);
    EXPECT_THAT(found, ElementsAre(low, low ? -1 : 0, 1, high)) << type;
  }
}

TEST_F(QuantOps, EachAxisHasItsPairs) {
  auto results = runAll(R"(
    func.func @main(%x: tensor<2x2xf32>)
        -> (tensor<2x2x!mixq.q<s8, axis = 0>>, tensor<2x2x!mixq.q<s8, axis = 1>>) {
      %s = mixq.parameter dense<[1.0, 2.0]> : tensor<2xf32> : tensor<2xf32>
      %z = mixq.parameter dense<[0, 1]> : tensor<2xi32> : tensor<2xi32>
      %0 = mixq.quantize %x scale %s zero_point %z
        : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x2x!mixq.q<s8, axis = 0>>
      %1 = mixq.quantize %x scale %s zero_point %z
        : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x2x!mixq.q<s8, axis = 1>>
      return %0, %1
        : tensor<2x2x!mixq.q<s8, axis = 0>>, tensor<2x2x!mixq.q<s8, axis = 1>>
    })",
                        Tensor::of<float>({2, 2}, {2, 4, 6, 8}));
  ASSERT_EQ(results.size(), 2u) << diagnostics;
  EXPECT_THAT(valuesOf<int8_t>(results[0]), ElementsAre(2, 4, 4, 5));
  EXPECT_THAT(valuesOf<int8_t>(results[1]), ElementsAre(2, 3, 6, 5));
}

TEST_F(QuantOps, DequantizeAlsoBeyondTheCodes) {
  // A zero-point may lie outside the code range; 255 + 2^31 is rounded first.
  Tensor result = run(R"(
    func.func @main(%x: tensor<2x2x!mixq.q<u8, axis = 0>>) -> tensor<2x2xf32> {
      %s = mixq.parameter dense<[0.5, 2.0]> : tensor<2xf32> : tensor<2xf32>
      %z = mixq.parameter dense<[300, -2147483648]> : tensor<2xi32> : tensor<2xi32>
      %0 = mixq.dequantize %x scale %s zero_point %z
        : (tensor<2x2x!mixq.q<u8, axis = 0>>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x2xf32>
      return %0 : tensor<2x2xf32>
    })",
                      Tensor::of<uint8_t>({2, 2}, {0, 255, 0, 255}));
  EXPECT_THAT(valuesOf<float>(result),
              ElementsAre(-150, -22.5, 4294967296.0f, 4294967808.0f));
}

TEST_F(QuantOps, RoundTripInDouble) {
  Tensor result = run(R"(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %s = mixq.parameter dense<5.000000e-01> : tensor<1xf32> : tensor<1xf32>
      %z = mixq.parameter dense<10> : tensor<1xi32> : tensor<1xi32>
      %0 = mixq.quantize %x scale %s zero_point %z
        : (tensor<2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x!mixq.q<s8>>
      %1 = mixq.dequantize %0 scale %s zero_point %z
        : (tensor<2x!mixq.q<s8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2xf32>
      return %1 : tensor<2xf32>
    })",
                      Tensor::of<double>({2}, {1.1, -3}), DataType::F64);
  EXPECT_THAT(valuesOf<double>(result), ElementsAre(1.0, -3.0)) << diagnostics;
}

} // namespace
