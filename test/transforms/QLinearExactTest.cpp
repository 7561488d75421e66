//===- QLinearExactTest.cpp - Kernels of qlinear against its meaning ------===//
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

/// The rows M, columns N and depth K of a product, and its epilogue.
struct Case {
  int64_t m, n, k;
  const char *epilogue;
};

std::ostream &operator<<(std::ostream &stream, const Case &c) {
  return stream << c.m << "x" << c.n << "x" << c.k << " " << c.epilogue;
}

constexpr int kZeroPoint = 117;

/// Row 0 holds the highest code, row 1 the lowest, the others anything.
template <typename Code>
Tensor codesWithExtremes(int64_t rows, int64_t columns, unsigned seed) {
  Tensor codes = randomCodes<Code>({rows, columns}, seed);
  Code *values = codes.mutableData<Code>();
  std::fill_n(values, columns, std::numeric_limits<Code>::max());
  if (rows > 1)
    std::fill_n(values + columns, columns, std::numeric_limits<Code>::min());
  return codes;
}

Tensor corrections(const Tensor &weight) {
  Tensor result(DataType::S32, {weight.dim(0)});
  for (int64_t i = 0; i < weight.size(); ++i)
    result.mutableData<int32_t>()[i / weight.dim(1)] -=
        kZeroPoint * weight.data<int8_t>()[i];
  return result;
}

class QLinear : public CodegenTest, public testing::WithParamInterface<Case> {
protected:
  bool is(const char *epilogue) const {
    return std::string(GetParam().epilogue) == epilogue;
  }
  bool isGelu() const {
    return is("gelu_requantize") || is("gelu_requantize tanh");
  }
  bool returnsCodes() const { return is("requantize") || isGelu(); }

  /// So that results lie on both sides of every clamp. Channel 3 of 8 makes
  /// ties (n + 1/2), channel 5 infinities and channel 6 NaNs where the result
  /// is codes.
  Tensor multipliers() const {
    float spread =
        (isGelu() ? 8.0f : 300.0f) / (8000.0f * std::sqrt(float(GetParam().k)));
    Tensor result = randomTensor({GetParam().n}, 3, spread / 4, spread);
    for (int64_t i = 3; i < GetParam().n; i += 8)
      result.mutableData<float>()[i] = 0.5f;
    return result;
  }
  Tensor offsets() const {
    float limit = isGelu() ? 3 : 150;
    Tensor result = randomTensor({GetParam().n}, 4, -limit / 2, limit);
    auto *values = result.mutableData<float>();
    for (int64_t i = 0; i < GetParam().n; ++i) {
      if (i % 8 == 3)
        values[i] = 0;
      if (returnsCodes() && i % 8 == 5)
        values[i] = i % 16 == 5 ? INFINITY : -INFINITY;
      if (returnsCodes() && i % 8 == 6)
        values[i] = NAN;
    }
    return result;
  }

  std::string operands() {
    auto [m, n, k, epilogue] = GetParam();
    Tensor weight = codesWithExtremes<int8_t>(n, k, 2);
    std::string text =
        parameter("x", codesWithExtremes<uint8_t>(m, k, 1), kU8) +
        parameter("w", weight, kS8) +
        parameter("c", corrections(weight), "i32") +
        parameter("m", multipliers(), "f32") + parameter("o", offsets(), "f32");
    if (is("add"))
      text += parameter("r", randomTensor({m, n}, 5, -1000, 1000), "f32");
    if (isGelu())
      text += parameter("rm", randomTensor({n}, 6, 1, 60), "f32") +
              parameter("ro", randomTensor({n}, 7, 0, 128), "f32");
    return text;
  }

  std::string op() const {
    auto [m, n, k, epilogue] = GetParam();
    std::string vector = tensorType(n, "f32");
    std::string text = "%result = mixq.qlinear %x, %w correction %c multiplier "
                       "%m offset %o";
    std::string types = tensorType({m, k}, kU8) + ", " +
                        tensorType({n, k}, kS8) + ", " + tensorType(n, "i32") +
                        ", " + vector + ", " + vector;
    if (is("add")) {
      text += " residual %r";
      types += ", " + tensorType({m, n}, "f32");
    }
    if (isGelu()) {
      text += " result_multiplier %rm result_offset %ro";
      types += ", " + vector + ", " + vector;
    }
    return text + " epilogue " + epilogue + " : (" + types + ") -> " +
           resultType();
  }

  std::string resultType() const {
    return tensorType({GetParam().m, GetParam().n},
                      returnsCodes() ? kU8 : "f32");
  }
};

TEST_P(QLinear, SameBitsAsTheInterpreter) {
  expectSameBits(function(kNoImageType, operands() + op(), resultType()),
                 noImage());
}

/// Tiles have 6 rows and 16 or 64 columns, groups of K 2 or 4 codes, rows of
/// memory 64: extents on both sides of all of them.
std::vector<Case> cases() {
  const int64_t columns[] = {1,   64, 17,  15,  65,  16,  63,
                             127, 10, 129, 192, 191, 193, 48};
  const int64_t depths[] = {64, 1, 147, 3,   66,  5,   130,
                            63, 4, 2,   192, 191, 193, 12};
  const int64_t rows[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 49, 50, 197, 198, 577};
  const char *epilogues[] = {"store", "add", "requantize", "gelu_requantize",
                             "gelu_requantize tanh"};
  std::vector<Case> list;
  for (int e = 0; e < 5; ++e)
    for (int i = 0; i < 14; ++i)
      list.push_back({rows[i], columns[(i + 3 * e) % 14],
                      depths[(i + 5 * e) % 14], epilogues[e]});
  return list;
}
INSTANTIATE_TEST_SUITE_P(Shapes, QLinear, testing::ValuesIn(cases()),
                         [](const auto &info) {
                           std::ostringstream name;
                           name << info.param;
                           std::string text = name.str();
                           std::replace(text.begin(), text.end(), ' ', '_');
                           return text;
                         });

class QLinearChain : public CodegenTest {};

/// Rows of 65 codes end in padding that the next product's groups reach into.
TEST_F(QLinearChain, PaddingOfRowsAddsNothing) {
  std::string body;
  const char *inputs[] = {"%x", "%h"}, *results[] = {"%h", "%result"};
  body += parameter("x", codesWithExtremes<uint8_t>(13, 147, 1), kU8);
  const int64_t depths[] = {147, 65}, columns[] = {65, 19};
  for (int layer = 0; layer < 2; ++layer) {
    std::string number = std::to_string(layer);
    int64_t n = columns[layer], k = depths[layer];
    Tensor weight = codesWithExtremes<int8_t>(n, k, 2 + layer);
    body += parameter("w" + number, weight, kS8) +
            parameter("c" + number, corrections(weight), "i32") +
            parameter("m" + number, randomTensor({n}, 3, 1e-4f, 2e-3f), "f32") +
            parameter("o" + number, randomTensor({n}, 4, 90, 170), "f32");
    std::string vector = tensorType(n, "f32");
    body += std::string(results[layer]) + " = mixq.qlinear " + inputs[layer] +
            ", %w" + number + " correction %c" + number + " multiplier %m" +
            number + " offset %o" + number + " epilogue requantize : (" +
            tensorType({13, k}, kU8) + ", " + tensorType({n, k}, kS8) + ", " +
            tensorType(n, "i32") + ", " + vector + ", " + vector + ") -> " +
            tensorType({13, n}, kU8) + "\n";
  }
  expectSameBits(function(kNoImageType, body, tensorType({13, 19}, kU8)),
                 noImage());
}

} // namespace
