//===- KernelOpsTest.cpp - Evaluation of exact ops, against loops ---------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/Numerics.h"

using namespace mixq;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class KernelOps : public IrTest {};

TEST_F(KernelOps, QuantizePatches) {
  Tensor result =
      run(R"(
    func.func @main(%image: tensor<1x2x4xf32>) -> tensor<2x4x!mixq.q<u8>> {
      %m = mixq.parameter dense<2.0> : tensor<1xf32> : tensor<1xf32>
      %z = mixq.parameter dense<3.0> : tensor<1xf32> : tensor<1xf32>
      %0 = mixq.quantize_patches %image multiplier %m zero_point %z patch [2, 2]
        : (tensor<1x2x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x!mixq.q<u8>>
      return %0 : tensor<2x4x!mixq.q<u8>>
    })",
          Tensor::of<float>({1, 2, 4}, {0, 1, 2, 3, -1, -9, 1e9, 0.25}));
  EXPECT_THAT(valuesOf<uint8_t>(result), ElementsAre(3, 5, 1, 0, 7, 9, 255, 3))
      << diagnostics;
}

TEST_F(KernelOps, LayerNormQuantize) {
  constexpr int64_t kRows = 3, kColumns = 37;
  Tensor x = randomTensor({kRows, kColumns}, 5);
  Tensor gamma = randomTensor({kColumns}, 6, 10, 60);
  Tensor beta = randomTensor({kColumns}, 7, 60, 200);
  Tensor result = run(R"(
    func.func @main(%x: tensor<3x37xf32>, %g: tensor<37xf32>, %b: tensor<37xf32>)
        -> tensor<3x37x!mixq.q<u8>> {
      %0 = mixq.layer_norm_quantize %x, %g, %b epsilon 1.000000e-06
        : (tensor<3x37xf32>, tensor<37xf32>, tensor<37xf32>) -> tensor<3x37x!mixq.q<u8>>
      return %0 : tensor<3x37x!mixq.q<u8>>
    })",
                      {x, gamma, beta});
  auto codes = valuesOf<uint8_t>(result);
  ASSERT_EQ(codes.size(), static_cast<size_t>(kRows * kColumns)) << diagnostics;
  for (int64_t i = 0; i < kRows; ++i) {
    const auto *row = x.data<float>() + i * kColumns;
    float mean = numerics::laneSum(row, kColumns) * (1.0f / kColumns);
    float lanes[16] = {};
    for (int64_t j = 0; j < kColumns; ++j)
      lanes[j % 16] = std::fma(row[j] - mean, row[j] - mean, lanes[j % 16]);
    float squares = numerics::laneSum(lanes, 16);
    float rstd = 1.0f / std::sqrt(std::fma(squares, 1.0f / kColumns, 1e-6f));
    for (int64_t j = 0; j < kColumns; ++j)
      EXPECT_EQ(codes[i * kColumns + j],
                numerics::toByte(std::fma((row[j] - mean) * rstd,
                                          gamma.data<float>()[j],
                                          beta.data<float>()[j])));
  }
}

constexpr int64_t kM = 3, kN = 5, kK = 700;

/// Operands of a qlinear of [3, 700] by [5, 700], more than two blocks of K.
struct LinearOperands {
  Tensor input = randomCodes<uint8_t>({kM, kK}, 11);
  Tensor weight = randomCodes<int8_t>({kN, kK}, 12);
  Tensor correction = Tensor::of<int32_t>({kN}, {0, -70000, 123456, 7, -1});
  Tensor multiplier = randomTensor({kN}, 13, 1e-5f, 1e-4f);
  Tensor offset = randomTensor({kN}, 14, -30, 90);
  Tensor residual = randomTensor({kM, kN}, 15);
  Tensor resultMultiplier = randomTensor({kN}, 16, 1, 4);
  Tensor resultOffset = randomTensor({kN}, 17, 0, 100);

  float product(int64_t m, int64_t n) const {
    int32_t sum = correction.data<int32_t>()[n];
    for (int64_t k = 0; k < kK; ++k)
      sum +=
          input.data<uint8_t>()[m * kK + k] * weight.data<int8_t>()[n * kK + k];
    return std::fma(static_cast<float>(sum), multiplier.data<float>()[n],
                    offset.data<float>()[n]);
  }
};

std::string linearText(const std::string &arguments, const std::string &clauses,
                       const std::string &types, const std::string &result) {
  return R"(
    func.func @main(%x: tensor<3x700x!mixq.q<u8>>, %w: tensor<5x700x!mixq.q<s8, axis = 0>>,
                    %c: tensor<5xi32>, %m: tensor<5xf32>, %o: tensor<5xf32>)" +
         arguments + ") -> " + result +
         " { %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o " +
         clauses +
         " : (tensor<3x700x!mixq.q<u8>>, tensor<5x700x!mixq.q<s8, axis = 0>>, "
         "tensor<5xi32>, tensor<5xf32>, tensor<5xf32>" +
         types + ") -> " + result + " return %0 : " + result + " }";
}

const char *const kFloats = "tensor<3x5xf32>";
const char *const kBytes = "tensor<3x5x!mixq.q<u8>>";

TEST_F(KernelOps, QLinearStore) {
  LinearOperands in;
  auto result = valuesOf<float>(
      run(linearText("", "epilogue store", "", kFloats),
          {in.input, in.weight, in.correction, in.multiplier, in.offset}));
  ASSERT_EQ(result.size(), static_cast<size_t>(kM * kN)) << diagnostics;
  for (int64_t m = 0; m < kM; ++m)
    for (int64_t n = 0; n < kN; ++n)
      EXPECT_EQ(result[m * kN + n], in.product(m, n));
}

TEST_F(KernelOps, QLinearAdd) {
  LinearOperands in;
  auto result = valuesOf<float>(
      run(linearText(", %r: tensor<3x5xf32>", "residual %r epilogue add",
                     ", tensor<3x5xf32>", kFloats),
          {in.input, in.weight, in.correction, in.multiplier, in.offset,
           in.residual}));
  ASSERT_EQ(result.size(), static_cast<size_t>(kM * kN)) << diagnostics;
  for (int64_t m = 0; m < kM; ++m)
    for (int64_t n = 0; n < kN; ++n)
      EXPECT_EQ(result[m * kN + n],
                in.product(m, n) + in.residual.data<float>()[m * kN + n]);
}

TEST_F(KernelOps, QLinearRequantize) {
  LinearOperands in;
  auto result = valuesOf<uint8_t>(
      run(linearText("", "epilogue requantize", "", kBytes),
          {in.input, in.weight, in.correction, in.multiplier, in.offset}));
  ASSERT_EQ(result.size(), static_cast<size_t>(kM * kN)) << diagnostics;
  for (int64_t m = 0; m < kM; ++m)
    for (int64_t n = 0; n < kN; ++n)
      EXPECT_EQ(result[m * kN + n], numerics::toByte(in.product(m, n)));
}

TEST_F(KernelOps, QLinearGeluRequantize) {
  LinearOperands in;
  auto result = valuesOf<uint8_t>(
      run(linearText(", %rm: tensor<5xf32>, %ro: tensor<5xf32>",
                     "result_multiplier %rm result_offset %ro epilogue "
                     "gelu_requantize",
                     ", tensor<5xf32>, tensor<5xf32>", kBytes),
          {in.input, in.weight, in.correction, in.multiplier, in.offset,
           in.resultMultiplier, in.resultOffset}));
  ASSERT_EQ(result.size(), static_cast<size_t>(kM * kN)) << diagnostics;
  for (int64_t m = 0; m < kM; ++m)
    for (int64_t n = 0; n < kN; ++n)
      EXPECT_EQ(result[m * kN + n],
                numerics::toByte(std::fma(
                    numerics::applyGeluForCodes(in.product(m, n), false),
                    in.resultMultiplier.data<float>()[n],
                    in.resultOffset.data<float>()[n])));
}

TEST_F(KernelOps, QLinearIsExactAtTheExtremes) {
  // 512 products of 255 * -128: the sum, -16711680, is just short of 2^24.
  std::vector<uint8_t> x(512, 255);
  std::vector<int8_t> w(512, -128);
  Tensor result = run(R"(
    func.func @main(%x: tensor<1x512x!mixq.q<u8>>, %w: tensor<1x512x!mixq.q<s8, axis = 0>>)
        -> tensor<1x1xf32> {
      %c = mixq.parameter dense<-1> : tensor<1xi32> : tensor<1xi32>
      %m = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
      %o = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
      %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store
        : (tensor<1x512x!mixq.q<u8>>, tensor<1x512x!mixq.q<s8, axis = 0>>, tensor<1xi32>,
           tensor<1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
      return %0 : tensor<1x1xf32>
    })",
                      {Tensor::of({1, 512}, x), Tensor::of({1, 512}, w)});
  EXPECT_THAT(valuesOf<float>(result), ElementsAre(-16711681.0f))
      << diagnostics;
}

constexpr int64_t kTokens = 19, kHeads = 2, kSize = 5;

constexpr const char *kAttention = R"(
  func.func @main(%x: tensor<19x30x!mixq.q<u8>>) -> tensor<19x10x!mixq.q<u8>> {
    %z = mixq.parameter dense<[117, 128, 128]> : tensor<3xi32> : tensor<3xi32>
    %s = mixq.parameter dense<SCORE> : tensor<1xf32> : tensor<1xf32>
    %p = mixq.parameter dense<2.550000e+02> : tensor<1xf32> : tensor<1xf32>
    %m = mixq.parameter dense<1.000000e-02> : tensor<1xf32> : tensor<1xf32>
    %o = mixq.parameter dense<1.200000e+02> : tensor<1xf32> : tensor<1xf32>
    %0 = mixq.qattention %x zero_points %z score_multiplier %s
      probability_multiplier %p result_multiplier %m result_offset %o heads 2
      : (tensor<19x30x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>,
         tensor<1xf32>, tensor<1xf32>) -> tensor<19x10x!mixq.q<u8>>
    return %0 : tensor<19x10x!mixq.q<u8>>
  })";

std::string attentionText(const std::string &scoreMultiplier) {
  std::string text = kAttention;
  return text.replace(text.find("SCORE"), 5, scoreMultiplier);
}

/// The description of mixq.qattention in loops, for one head and query.
std::vector<uint8_t> attendInLoops(const Tensor &x, int64_t head, int64_t i) {
  auto code = [&](int64_t part, int64_t token, int64_t c) -> int32_t {
    return x.data<uint8_t>()[((token * 3 + part) * kHeads + head) * kSize + c];
  };
  std::vector<int32_t> scores(kTokens);
  for (int64_t j = 0; j < kTokens; ++j)
    for (int64_t c = 0; c < kSize; ++c)
      scores[j] += (code(0, i, c) - 117) * (code(1, j, c) - 128);
  int32_t highest = *std::max_element(scores.begin(), scores.end());
  std::vector<float> e(kTokens);
  for (int64_t j = 0; j < kTokens; ++j)
    e[j] = numerics::expNonPositive(static_cast<float>(scores[j] - highest) *
                                    1.0e-4f);
  float r = 255.0f / numerics::laneSum(e.data(), kTokens);
  std::vector<uint8_t> result;
  for (int64_t c = 0; c < kSize; ++c) {
    int32_t sum = 0;
    for (int64_t j = 0; j < kTokens; ++j)
      sum += static_cast<int32_t>(
                 std::min(255.0f, numerics::roundEven(e[j] * r))) *
             (code(2, j, c) - 128);
    result.push_back(
        numerics::toByte(std::fma(static_cast<float>(sum), 0.01f, 120.0f)));
  }
  return result;
}

TEST_F(KernelOps, QAttention) {
  Tensor x = randomCodes<uint8_t>({kTokens, 3 * kHeads * kSize}, 21);
  auto result = valuesOf<uint8_t>(run(attentionText("1.000000e-04"), x));
  ASSERT_EQ(result.size(), static_cast<size_t>(kTokens * kHeads * kSize))
      << diagnostics;
  for (int64_t i = 0; i < kTokens; ++i)
    for (int64_t head = 0; head < kHeads; ++head) {
      auto found = result.begin() + (i * kHeads + head) * kSize;
      EXPECT_EQ(std::vector<uint8_t>(found, found + kSize),
                attendInLoops(x, head, i))
          << "query " << i << " of head " << head;
    }
}

TEST_F(KernelOps, QAttentionNeedsADecreasingExponent) {
  Tensor x = randomCodes<uint8_t>({kTokens, 3 * kHeads * kSize}, 21);
  auto module = parse(attentionText("-1.0"));
  EXPECT_TRUE(mlir::failed(interpret(mainOf(*module), x)));
  EXPECT_THAT(diagnostics, HasSubstr("score_multiplier"));
}

TEST_F(KernelOps, ExactOpsAreForFp32) {
  auto module = parse(R"(
    func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2x!mixq.q<u8>> {
      %g = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<2xf32>
      %0 = mixq.layer_norm_quantize %x, %g, %g epsilon 1.000000e-06
        : (tensor<1x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x!mixq.q<u8>>
      return %0 : tensor<1x2x!mixq.q<u8>>
    })");
  auto interpreter = Interpreter::create(mainOf(*module), DataType::F64);
  ASSERT_TRUE(mlir::succeeded(interpreter));
  EXPECT_TRUE(
      mlir::failed(interpreter->run(Tensor::of<double>({1, 2}, {1, 2}))));
  EXPECT_THAT(diagnostics, HasSubstr("defined on f32 only"));
}

} // namespace
