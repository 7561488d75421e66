//===- QkNormExactTest.cpp - Kernels of normalised queries, keys ----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodegenTest.h"

using namespace mixq;

namespace {

struct Case {
  int64_t tokens, heads, headColumns;
};

class QkNorm : public CodegenTest, public testing::WithParamInterface<Case> {
protected:
  /// `op` of made-up operands, with these further ones.
  std::string text(const std::string &op, const std::string &further,
                   const std::string &furtherTypes, const char *element) {
    auto [tokens, heads, d] = GetParam();
    std::string input = tensorType({tokens, 3 * heads * d}, "f32");
    std::string result = tensorType({tokens, 3 * heads * d}, element);
    std::string vector = tensorType(d, "f32");
    std::string body =
        parameter("x", randomTensor({tokens, 3 * heads * d}, 71, -3, 5), "f32");
    unsigned seed = 72;
    for (const char *name : {"qg", "qb", "kg", "kb"})
      body += parameter(name, randomTensor({d}, seed++, -40, 160), "f32");
    body += parameter("m", Tensor::of<float>({1}, {20.5f}), "f32") +
            parameter("o", Tensor::of<float>({1}, {128}), "f32");
    body += "%result = mixq." + op + " %x query %qg, %qb key %kg, %kb " +
            further + "heads " + std::to_string(heads) +
            " epsilon 1.000000e-06 : (" + input + ", " + vector + ", " +
            vector + ", " + vector + ", " + vector + furtherTypes + ") -> " +
            result;
    return function(kNoImageType, body, result);
  }
};

TEST_P(QkNorm, FloatsHaveTheBitsOfTheInterpreter) {
  expectSameBits(text("qk_norm", "", "", "f32"), noImage());
}

TEST_P(QkNorm, CodesHaveTheBitsOfTheInterpreter) {
  expectSameBits(text("qk_norm_quantize",
                      "value_multiplier %m value_offset %o ",
                      ", tensor<1xf32>, tensor<1xf32>", kU8),
                 noImage());
}

INSTANTIATE_TEST_SUITE_P(Shapes, QkNorm,
                         testing::Values(Case{1, 1, 16}, Case{3, 2, 20},
                                         Case{5, 3, 64}, Case{4, 3, 1},
                                         Case{7, 2, 35}, Case{65, 4, 12}),
                         [](const auto &info) {
                           return std::to_string(info.param.tokens) + "x" +
                                  std::to_string(info.param.heads) + "x" +
                                  std::to_string(info.param.headColumns);
                         });

} // namespace
