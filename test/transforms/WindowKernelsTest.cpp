//===- WindowKernelsTest.cpp - Kernels that contain windows and moves -----===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodegenTest.h"

#include <numeric>

using namespace mixq;

namespace {

/// A permutation of [0, count) without its last entries.
std::vector<int32_t> someRows(int64_t count, int64_t kept) {
  std::vector<int32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0);
  std::minstd_rand generator(11);
  for (int64_t i = count - 1; i > 0; --i)
    std::swap(rows[i], rows[generator() % (i + 1)]);
  rows.resize(kept);
  return rows;
}

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

struct Case {
  std::vector<int64_t> grid; ///< of windows
  int64_t tokens;            ///< of one window
  int64_t heads, headColumns;
  int64_t biasRows, biasColumns; ///< 0 without bias
  int64_t rows;                  ///< of the result; 0 without a table
};

class WindowAttention : public CodegenTest,
                        public testing::WithParamInterface<Case> {
protected:
  int64_t allTokens() const {
    const Case &c = GetParam();
    return c.grid[0] * c.grid[1] * c.tokens;
  }
  int64_t columns() const { return GetParam().heads * GetParam().headColumns; }

  /// Parameters %b and %r, their part of the op and of its type.
  struct Optional {
    std::string parameters, operands, types;
  };
  Optional optional(float low) {
    const Case &c = GetParam();
    Optional result;
    if (c.biasRows) {
      std::vector<int64_t> shape = {c.biasRows, c.biasColumns, c.heads,
                                    c.tokens, c.tokens};
      result.parameters += parameter("b", bias(shape, low), "f32");
      result.operands += "bias %b ";
      result.types += ", " + tensorType(shape, "f32");
    }
    if (c.rows) {
      auto rows = someRows(allTokens(), c.rows);
      result.parameters +=
          parameter("r", Tensor::of<int32_t>({c.rows}, rows), "i32");
      result.operands += "rows %r ";
      result.types += ", " + tensorType({c.rows}, "i32");
    }
    return result;
  }

  /// Every third element masks.
  static Tensor bias(const std::vector<int64_t> &shape, float low) {
    Tensor bias = randomTensor(shape, 31);
    for (int64_t i = 0; i < bias.size(); i += 3)
      bias.mutableData<float>()[i] += low;
    return bias;
  }

  std::string attributes() const {
    const Case &c = GetParam();
    return "heads " + std::to_string(c.heads) + " ";
  }
  std::string grid() const {
    const Case &c = GetParam();
    return "grid [" + std::to_string(c.grid[0]) + ", " +
           std::to_string(c.grid[1]) + "] ";
  }
  int64_t resultRows() const {
    return GetParam().rows ? GetParam().rows : allTokens();
  }

  std::string quantized(const Tensor &codes, float score, float low) {
    auto scalar = [&](const char *name, float value) {
      return parameter(name, Tensor::of<float>({1}, {value}), "f32");
    };
    Optional extra = optional(low);
    std::string resultType = tensorType({resultRows(), columns()}, kU8);
    std::string body =
        parameter("x", codes, kU8) +
        parameter("z", Tensor::of<int32_t>({3}, {117, 128, 128}), "i32") +
        scalar("s", score) + scalar("p", 255) + scalar("m", 0.01f) +
        scalar("o", 121.5f) + extra.parameters +
        "%result = mixq.qattention %x zero_points %z score_multiplier %s "
        "probability_multiplier %p result_multiplier %m result_offset %o " +
        extra.operands + attributes() + grid() + ": (" +
        tensorType(codes.shape(), kU8) +
        ", tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, "
        "tensor<1xf32>" +
        extra.types + ") -> " + resultType;
    return function(kNoImageType, body, resultType);
  }

  std::string floating(const Tensor &input) {
    Optional extra = optional(-100);
    std::string resultType = tensorType({resultRows(), columns()}, "f32");
    std::string body = parameter("x", input, "f32") + extra.parameters +
                       "%result = mixq.fused_attention %x " + extra.operands +
                       attributes() + "multiplier 1.250000e-01 " + grid() +
                       ": (" + tensorType(input.shape(), "f32") + extra.types +
                       ") -> " + resultType;
    return function(kNoImageType, body, resultType);
  }
};

TEST_P(WindowAttention, SameBitsAsTheInterpreter) {
  Tensor codes = randomCodes<uint8_t>({allTokens(), 3 * columns()}, 21);
  expectSameBits(quantized(codes, 1e-4f, -100), noImage());
}

/// One key takes all, or biases decide alone.
TEST_P(WindowAttention, SameBitsAtTheExtremes) {
  Tensor codes = randomCodes<uint8_t>({allTokens(), 3 * columns()}, 22);
  expectSameBits(quantized(codes, 1, -5), noImage());
  expectSameBits(quantized(codes, 0, -100), noImage());
}

TEST_P(WindowAttention, Fp32AgreesWithTheInterpreter) {
  expectNear(floating(randomTensor({allTokens(), 3 * columns()}, 5)), noImage(),
             2e-5f);
}

std::vector<Case> cases() {
  return {{{1, 1}, 49, 3, 32, 1, 1, 49}, {{2, 2}, 49, 2, 32, 2, 2, 150},
          {{3, 1}, 7, 2, 16, 2, 1, 21},  {{1, 4}, 6, 1, 48, 1, 2, 20},
          {{2, 3}, 16, 2, 12, 2, 2, 77}, {{2, 2}, 12, 3, 8, 1, 1, 0},
          {{4, 1}, 9, 2, 16, 0, 0, 30},  {{2, 1}, 65, 1, 20, 2, 1, 130},
          {{5, 5}, 1, 1, 1, 2, 2, 13},   {{1, 2}, 144, 1, 32, 1, 2, 250}};
}
INSTANTIATE_TEST_SUITE_P(Shapes, WindowAttention, testing::ValuesIn(cases()),
                         [](const auto &info) {
                           const Case &c = info.param;
                           return std::to_string(c.grid[0]) + "x" +
                                  std::to_string(c.grid[1]) + "_windows_of_" +
                                  std::to_string(c.tokens) + "_" +
                                  std::to_string(c.heads) + "_heads_of_" +
                                  std::to_string(c.headColumns);
                         });

//===----------------------------------------------------------------------===//
// Normalised rows
//===----------------------------------------------------------------------===//

struct RowCase {
  int64_t inputRows, columns, parts, rows;
  int64_t paddedEvery; ///< every so many entries are -1; 0: none
  int64_t paddedRows;  ///< rows of nothing but padding
};

class GatheredNorm : public CodegenTest,
                     public testing::WithParamInterface<RowCase> {
protected:
  Tensor table() {
    auto [inputRows, columns, parts, rows, every, padded] = GetParam();
    Tensor table(DataType::S32, {rows, parts});
    auto *entry = table.mutableData<int32_t>();
    for (int64_t i = 0; i < table.size(); ++i) {
      bool isPadding = every && i % every == every - 1;
      isPadding |= i / parts < padded;
      entry[i] = isPadding ? -1 : static_cast<int32_t>(i * 7 % inputRows);
    }
    return table;
  }

  std::string text(const std::string &op, const std::string &attributes,
                   const std::string &element, float scale) {
    auto [inputRows, columns, parts, rows, every, padded] = GetParam();
    int64_t width = parts * columns;
    std::string result = tensorType({rows, width}, element);
    std::string body =
        parameter("x", randomTensor({inputRows, columns}, 1), "f32") +
        parameter("g", randomTensor({width}, 2, -scale, scale), "f32") +
        parameter("b", randomTensor({width}, 3, 0, 2 * scale), "f32") +
        parameter("r", table(), "i32") + "%result = mixq." + op +
        " %x, %g, %b rows %r epsilon 1.0e-5 " + attributes + ": (" +
        tensorType({inputRows, columns}, "f32") + ", " +
        tensorType({width}, "f32") + ", " + tensorType({width}, "f32") + ", " +
        tensorType({rows, parts}, "i32") + ") -> " + result;
    return function(kNoImageType, body, result);
  }
};

TEST_P(GatheredNorm, CodesHaveTheBitsOfTheInterpreter) {
  expectSameBits(text("layer_norm_quantize", "padding_code 131 ", kU8, 80),
                 noImage());
}

TEST_P(GatheredNorm, Fp32AgreesWithTheInterpreter) {
  expectNear(text("fused_layer_norm", "", "f32", 2), noImage(), 1e-5f);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, GatheredNorm,
    testing::Values(RowCase{20, 24, 1, 20, 0, 0}, RowCase{20, 96, 1, 36, 3, 2},
                    RowCase{9, 5, 4, 4, 3, 0}, RowCase{16, 24, 4, 4, 0, 0},
                    RowCase{25, 96, 4, 9, 4, 1}, RowCase{6, 1, 4, 2, 0, 0},
                    RowCase{12, 17, 2, 7, 5, 3}, RowCase{4, 64, 3, 5, 0, 0}),
    [](const auto &info) {
      const RowCase &c = info.param;
      return std::to_string(c.rows) + "_rows_of_" + std::to_string(c.parts) +
             "x" + std::to_string(c.columns) + "_padded_" +
             std::to_string(c.paddedEvery) + "_" + std::to_string(c.paddedRows);
    });

//===----------------------------------------------------------------------===//
// Moves on their own
//===----------------------------------------------------------------------===//

struct MoveCase {
  const char *op;
  int64_t inputRows, columns, rows, parts;
};

class Moves : public CodegenTest,
              public testing::WithParamInterface<MoveCase> {};

TEST_P(Moves, SameBitsAsTheInterpreter) {
  auto [op, inputRows, columns, rows, parts] = GetParam();
  std::string input = tensorType({inputRows, columns}, "f32");
  std::string result = tensorType({rows, parts * columns}, "f32");
  std::string body =
      parameter("x", randomTensor({inputRows, columns}, 1), "f32");
  std::string text = op;
  text.insert(text.find(' '), " %x");
  body += "%result = mixq." + text + " : (" + input + ") -> " + result;
  expectSameBits(function(kNoImageType, body, result), noImage());
}

INSTANTIATE_TEST_SUITE_P(
    Ops, Moves,
    testing::Values(
        MoveCase{"roll map [4, 5] shift [-1, 2]", 20, 24, 20, 1},
        MoveCase{"pad_map map [4, 5] to [6, 6]", 20, 17, 36, 1},
        MoveCase{"crop_map map [4, 5] to [3, 2]", 20, 64, 6, 1},
        MoveCase{"window_partition map [4, 6] window [2, 3]", 24, 5, 24, 1},
        MoveCase{"window_reverse map [4, 6] window [2, 3]", 24, 96, 24, 1},
        MoveCase{"patch_merge map [4, 5]", 20, 24, 6, 4},
        MoveCase{"patch_merge map [3, 3]", 9, 3, 4, 4}),
    [](const auto &info) {
      std::string name = info.param.op;
      return name.substr(0, name.find(' ')) +
             std::to_string(info.param.columns);
    });

//===----------------------------------------------------------------------===//
// Sums on their own
//===----------------------------------------------------------------------===//

class Sums : public CodegenTest {};

TEST_F(Sums, SameBitsAsTheInterpreter) {
  std::string type = tensorType({5, 19}, "f32");
  std::string body = parameter("x", randomTensor({5, 19}, 1), "f32") +
                     parameter("y", randomTensor({5, 19}, 2), "f32") +
                     "%result = mixq.add %x, %y : " + type;
  expectSameBits(function(kNoImageType, body, type), noImage());
}

} // namespace
