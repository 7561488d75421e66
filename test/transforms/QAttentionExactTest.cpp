//===- QAttentionExactTest.cpp - qattention against its meaning -----------===//
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

struct Case {
  int64_t tokens, heads, headColumns;
  int queryZeroPoint;
  float score, probability, result; ///< multipliers
  int keyZeroPoint = 128, valueZeroPoint = 128;
  int probabilityBits = 8, resultBits = 8;
  bool isCodebook = false, isRowScaled = false;
  bool isPerHead = false;
};

/// Powers of 2^-1/2, and zero unless there are 16 of them.
Tensor tableOf(int bits) {
  Tensor table(DataType::S32, {int64_t(1) << bits});
  for (int64_t i = 0; i < table.size(); ++i)
    table.mutableData<int32_t>()[i] = static_cast<int32_t>(
        std::round(255 * std::exp2((i + 1 - table.size()) / 2.0)));
  if (bits != 4)
    table.mutableData<int32_t>()[0] = 0;
  return table;
}

class QAttention : public CodegenTest,
                   public testing::WithParamInterface<Case> {
protected:
  std::string text(const Tensor &codes) {
    const Case &c = GetParam();
    auto scalar = [&](const char *name, float value) {
      return parameter(name, Tensor::of<float>({1}, {value}), "f32");
    };
    // Head h has what the first has, times 1 + h, and other zero-points.
    const int64_t sets = c.isPerHead ? c.heads : 1;
    auto ofHeads = [&](const char *name, float value) {
      std::vector<float> values;
      for (int64_t head = 0; head < sets; ++head)
        values.push_back(value * float(1 + head));
      return parameter(name, Tensor::of<float>({sets}, values), "f32");
    };
    std::vector<int32_t> zeroPoints;
    for (int head = 0; head < sets; ++head)
      for (int zeroPoint : {c.queryZeroPoint, c.keyZeroPoint, c.valueZeroPoint})
        zeroPoints.push_back(zeroPoint + 3 * head);
    const std::string headsType = tensorType({sets}, "f32");
    int64_t columns = c.heads * c.headColumns;
    std::string resultType = tensorType(
        {c.tokens, columns}, "!mixq.q<u" + std::to_string(c.resultBits) + ">");
    std::string body =
        parameter("x", codes, kU8) +
        parameter("z", Tensor::of<int32_t>({3 * sets}, zeroPoints), "i32") +
        (c.isCodebook ? parameter("t", tableOf(c.probabilityBits), "i32")
                      : "") +
        ofHeads("s", c.score) + scalar("p", c.probability) +
        ofHeads("m", c.result) + scalar("o", 121.5f) +
        "%result = mixq.qattention %x zero_points %z score_multiplier %s "
        "probability_multiplier %p result_multiplier %m result_offset %o " +
        (c.isCodebook ? "table %t " : "") + "heads " + std::to_string(c.heads) +
        " probability_bits " + std::to_string(c.probabilityBits) +
        (c.isRowScaled ? " row_scale" : "") + " : (" +
        tensorType({c.tokens, 3 * columns}, kU8) + ", " +
        tensorType({3 * sets}, "i32") + ", " + headsType + ", tensor<1xf32>, " +
        headsType + ", tensor<1xf32>" +
        (c.isCodebook
             ? ", " + tensorType({int64_t(1) << c.probabilityBits}, "i32")
             : "") +
        ") -> " + resultType;
    return function(kNoImageType, body, resultType);
  }

  std::vector<int64_t> inputShape() const {
    const Case &c = GetParam();
    return {c.tokens, 3 * c.heads * c.headColumns};
  }
};

TEST_P(QAttention, SameBitsAsTheInterpreter) {
  expectSameBits(text(randomCodes<uint8_t>(inputShape(), 21)), noImage());
}

/// Scores of both signs and of the greatest magnitude, all keys alike or
/// opposite.
TEST_P(QAttention, SameBitsAtTheExtremes) {
  Tensor codes(DataType::U8, inputShape());
  for (int64_t i = 0; i < codes.size(); ++i)
    codes.mutableData<uint8_t>()[i] =
        (i / GetParam().headColumns + i / codes.dim(1)) % 3 ? 255 : 0;
  expectSameBits(text(codes), noImage());
}

/// Score multipliers from all keys alike to one key alone; probabilities that
/// use few codes, all, and more than there are.
std::vector<Case> cases() {
  return {
      {1, 1, 16, 0, 1e-4f, 255, 0.01f},
      {2, 2, 48, 128, 1e-3f, 255, 0.01f},
      {5, 3, 32, 117, 1e-5f, 255, 0.005f},
      {6, 1, 80, 255, 1e-4f, 400, 0.01f},
      {7, 3, 64, 130, 3e-5f, 255, 0.02f},
      {3, 3, 1, 77, 1e-4f, 255, 0.01f},
      {17, 4, 12, 130, 1e-4f, 255, 0.01f},
      {37, 2, 20, 125, 1e-4f, 300, 0.01f},
      {10, 3, 35, 128, 1e-4f, 255, 0.01f},
      {8, 2, 16, 90, 10, 255, 0.004f},
      {9, 1, 48, 128, 1e-4f, 1000, 0.001f},
      {49, 3, 80, 121, 2e-4f, 255, 0.01f},
      {50, 2, 64, 100, 5e-5f, 700, 0.03f},
      {64, 1, 32, 131, 1e-3f, 255, 0.02f},
      {65, 3, 16, 60, 1e-2f, 255, 0.01f},
      {197, 3, 64, 117, 2e-5f, 2000, 0.002f},
      {198, 1, 48, 140, 1e-4f, 600, 0.02f},
      {577, 2, 64, 117, 2e-5f, 2000, 0.001f},
      // Last tiles of 7, 11 and all 12 queries: of two products.
      {79, 2, 16, 60, 1e-3f, 255, 0.01f},
      {83, 1, 32, 90, 1e-4f, 255, 0.8f, 12, 4, 4, 8, true, true},
      {72, 1, 48, 140, 1e-4f, 600, 0.02f},
      // Fewer bits, other zero-points, codebooks, scales of rows.
      {50, 2, 16, 7, 1e-3f, 60, 0.05f, 6, 9, 4, 4},
      {49, 1, 64, 3, 1e-3f, 9, 0.1f, 0, 255, 2, 3},
      {197, 1, 64, 117, 2e-5f, 2000, 0.002f, 100, 60, 4, 8, true},
      {577, 1, 32, 7, 1e-3f, 60, 0.01f, 6, 9, 4, 4, true},
      {19, 2, 16, 90, 1e-4f, 700, 0.01f, 128, 128, 3, 8, true},
      {20, 1, 32, 90, 1e-4f, 700, 0.01f, 128, 128, 5, 6, true},
      {21, 1, 16, 90, 1e-4f, 700, 0.01f, 128, 128, 8, 8, true},
      {196, 1, 64, 117, 2e-5f, 255, 0.8f, 128, 128, 8, 8, false, true},
      {51, 1, 32, 90, 1e-4f, 15, 0.8f, 12, 4, 4, 5, false, true},
      {52, 1, 32, 90, 1e-4f, 255, 0.8f, 12, 4, 4, 8, true, true},
      // Heads with constants of their own.
      {53, 3, 64, 117, 3e-5f, 255, 0.01f, 128, 128, 8, 8, false, false, true},
      {9, 4, 12, 9, 1e-3f, 15, 0.05f, 6, 9, 4, 4, true, false, true},
      {54, 2, 32, 90, 1e-4f, 255, 0.8f, 12, 4, 4, 8, true, true, true}};
}
INSTANTIATE_TEST_SUITE_P(Shapes, QAttention, testing::ValuesIn(cases()),
                         [](const auto &info) {
                           return std::to_string(info.param.tokens) +
                                  "_tokens_" +
                                  std::to_string(info.param.heads) +
                                  "_heads_of_" +
                                  std::to_string(info.param.headColumns);
                         });

} // namespace
