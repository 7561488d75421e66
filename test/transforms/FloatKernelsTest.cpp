//===- FloatKernelsTest.cpp - Kernels of fp32 products, to a tolerance ----===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodegenTest.h"

#include <cmath>

using namespace mixq;

namespace {

struct LinearCase {
  int64_t m, n, k;
  const char *epilogue;
};

class FusedLinear : public CodegenTest,
                    public testing::WithParamInterface<LinearCase> {};

TEST_P(FusedLinear, AgreesWithTheInterpreter) {
  auto [m, n, k, epilogue] = GetParam();
  bool adds = std::string(epilogue) == "add";
  std::string result = tensorType({m, n}, "f32");
  std::string body = parameter("x", randomTensor({m, k}, 1), "f32") +
                     parameter("w", randomTensor({n, k}, 2), "f32") +
                     parameter("b", randomTensor({n}, 3, -9, 9), "f32");
  if (adds)
    body += parameter("r", randomTensor({m, n}, 4, -9, 9), "f32");
  body += std::string("%result = mixq.fused_linear %x, %w, %b ") +
          (adds ? "residual %r " : "") + "epilogue " + epilogue + " : (" +
          tensorType({m, k}, "f32") + ", " + tensorType({n, k}, "f32") + ", " +
          tensorType(n, "f32") + (adds ? ", " + result : "") + ") -> " + result;
  // Each of the k products, up to 4, is rounded to 24 bits, as are the sums.
  float tolerance = 1e-6f * (20 + 4 * k);
  expectNear(function(kNoImageType, body, result), noImage(), tolerance);
}

std::vector<LinearCase> linearCases() {
  const int64_t rows[] = {1, 2, 5, 6, 7, 8, 9, 49, 50, 197, 198};
  const int64_t columns[] = {1, 64, 17, 15, 65, 16, 63, 127, 10, 129, 192};
  const int64_t depths[] = {64, 1, 147, 3, 66, 5, 130, 63, 4, 2, 192};
  const char *epilogues[] = {"store", "add", "gelu", "gelu tanh"};
  std::vector<LinearCase> list;
  for (int i = 0; i < 22; ++i)
    list.push_back({rows[i % 11], columns[(i + i / 11) % 11],
                    depths[(i + 5 * (i / 11)) % 11], epilogues[i % 4]});
  return list;
}

std::string linearName(const testing::TestParamInfo<LinearCase> &info) {
  auto [m, n, k, epilogue] = info.param;
  std::string text = std::to_string(m) + "x" + std::to_string(n) + "x" +
                     std::to_string(k) + "_" + epilogue;
  std::replace(text.begin(), text.end(), ' ', '_');
  return text;
}
INSTANTIATE_TEST_SUITE_P(Shapes, FusedLinear, testing::ValuesIn(linearCases()),
                         linearName);

struct AttentionCase {
  int64_t tokens, heads, headColumns;
};

class FusedAttention : public CodegenTest,
                       public testing::WithParamInterface<AttentionCase> {
protected:
  std::string text(const Tensor &input) {
    auto [tokens, heads, headColumns] = GetParam();
    std::string result = tensorType({tokens, heads * headColumns}, "f32");
    std::string body = parameter("x", input, "f32") +
                       "%result = mixq.fused_attention %x heads " +
                       std::to_string(heads) + " multiplier 1.250000e-01 : (" +
                       tensorType(input.shape(), "f32") + ") -> " + result;
    return function(kNoImageType, body, result);
  }
  std::vector<int64_t> inputShape() const {
    auto [tokens, heads, headColumns] = GetParam();
    return {tokens, 3 * heads * headColumns};
  }
};

TEST_P(FusedAttention, AgreesWithTheInterpreter) {
  expectNear(text(randomTensor(inputShape(), 5)), noImage(), 2e-5f);
}

/// Scores so large that exp of them overflows unless the maximum is taken off.
TEST_P(FusedAttention, LargeScores) {
  expectNear(text(randomTensor(inputShape(), 6, -30, 40)), noImage(), 1e-2f);
}

std::string attentionName(const testing::TestParamInfo<AttentionCase> &info) {
  auto [tokens, heads, headColumns] = info.param;
  return std::to_string(tokens) + "_tokens_" + std::to_string(heads) +
         "_heads_of_" + std::to_string(headColumns);
}
INSTANTIATE_TEST_SUITE_P(
    Shapes, FusedAttention,
    testing::Values(AttentionCase{1, 1, 16}, AttentionCase{2, 3, 80},
                    AttentionCase{3, 3, 1}, AttentionCase{17, 4, 12},
                    AttentionCase{37, 2, 20}, AttentionCase{10, 3, 35},
                    AttentionCase{6, 2, 48}, AttentionCase{7, 1, 64},
                    AttentionCase{50, 3, 32}, AttentionCase{65, 2, 16},
                    AttentionCase{197, 3, 64}),
    attentionName);

} // namespace
