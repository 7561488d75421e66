//===- NarrowLinearExactTest.cpp - qlinear below 8 bits -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every width of weights and results, uniform and codebook, must give the
// interpreter's bits on every target.
//
//===----------------------------------------------------------------------===//

#include "CodegenTest.h"

#include <cmath>

using namespace mixq;

namespace {

/// How the result is coded.
enum class Coding { Store, Codes, Limits, Table, GeluTable };

struct Case {
  int bits; ///< of the weights; the results have as many
  bool isSigned;
  int64_t m, n, k;
  Coding coding;
};

constexpr int kInputZeroPoint = 9;

class NarrowLinear : public CodegenTest,
                     public testing::WithParamInterface<Case> {
protected:
  bool isTable() const {
    return GetParam().coding == Coding::Table ||
           GetParam().coding == Coding::GeluTable;
  }

  std::string weightCode() const {
    return (GetParam().isSigned ? "s" : "u") + std::to_string(GetParam().bits);
  }

  /// Codes of which each row has both extremes where it has two elements.
  template <typename Code> Tensor weight() const {
    const Case &c = GetParam();
    int low = c.isSigned ? -(1 << (c.bits - 1)) : 0, count = 1 << c.bits;
    Tensor codes(DataTypeOf<Code>::value, {c.n, c.k});
    std::minstd_rand generator(7);
    for (int64_t i = 0; i < codes.size(); ++i) {
      int code = static_cast<int>(generator() / 7 % count);
      if (i % c.k < 2)
        code = i % c.k ? count - 1 : 0;
      codes.mutableData<Code>()[i] = static_cast<Code>(low + code);
    }
    return codes;
  }

  /// Zero-points inside and outside of the code range, up to the limits of s8.
  Tensor zeroPoints() const {
    const Case &c = GetParam();
    int low = c.isSigned ? -(1 << (c.bits - 1)) : 0;
    int high = low + (1 << c.bits) - 1;
    Tensor result(DataType::S32, {c.n});
    for (int64_t n = 0; n < c.n; ++n) {
      const int candidates[] = {low,       high,      0, (low + high) / 2,
                                low + 128, high - 127};
      result.mutableData<int32_t>()[n] = candidates[n % 6];
    }
    return result;
  }

  Tensor corrections(const Tensor &codes, const Tensor &zeros) const {
    const Case &c = GetParam();
    Tensor result(DataType::S32, {c.n});
    for (int64_t i = 0; i < codes.size(); ++i) {
      int code = c.isSigned ? int(codes.data<int8_t>()[i])
                            : int(codes.data<uint8_t>()[i]);
      result.mutableData<int32_t>()[i / c.k] -=
          kInputZeroPoint * (code - zeros.data<int32_t>()[i / c.k]);
    }
    return result;
  }

  /// Powers of 2^-1/3 down from 255; zero twice where there are many.
  Tensor table() const {
    int64_t size = int64_t(1) << GetParam().bits;
    Tensor result(DataType::S32, {size});
    for (int64_t i = 2; i < size; ++i)
      result.mutableData<int32_t>()[i] = static_cast<int32_t>(
          std::round(255 * std::exp2((i + 1 - size) / 3.0)));
    return result;
  }

  std::string operands() {
    const Case &c = GetParam();
    Tensor codes = c.isSigned ? weight<int8_t>() : weight<uint8_t>();
    Tensor zeros = zeroPoints();
    // Sums are of the order of sqrt(k) * 128 * 2^bits.
    float spread = (isTable() ? 255.0f : float(1 << c.bits)) /
                   (128.0f * (1 << c.bits) * std::sqrt(float(c.k)));
    std::string text =
        parameter("x", randomCodes<uint8_t>({c.m, c.k}, 1), kU8) +
        parameter("w", codes, "!mixq.q<" + weightCode() + ", axis = 0>") +
        parameter("z", zeros, "i32") +
        parameter("c", corrections(codes, zeros), "i32") +
        parameter("m", randomTensor({c.n}, 3, spread / 4, spread), "f32") +
        parameter("o", offsets(), "f32");
    if (c.coding == Coding::Limits)
      text += parameter("l", limits(), "f32");
    if (isTable())
      text += parameter("t", table(), "i32");
    if (c.coding == Coding::GeluTable)
      text += parameter("rm", randomTensor({c.n}, 6, 1, 60), "f32") +
              parameter("ro", randomTensor({c.n}, 7, -10, 100), "f32");
    return text;
  }

  /// With infinities and NaNs where the result is bytes.
  Tensor offsets() const {
    const Case &c = GetParam();
    Tensor result = randomTensor({c.n}, 4, 0, isTable() ? 100 : 1 << c.bits);
    if (c.coding == Coding::Store)
      return result;
    auto *values = result.mutableData<float>();
    for (int64_t n = 0; n < c.n; ++n)
      if (n % 8 >= 6)
        values[n] = n % 8 == 7 ? NAN : n % 16 == 6 ? INFINITY : -INFINITY;
    return result;
  }

  Tensor limits() const {
    Tensor result(DataType::F32, {GetParam().n});
    for (int64_t n = 0; n < GetParam().n; ++n)
      result.mutableData<float>()[n] = float((1 << (2 + n % 7)) - 1);
    return result;
  }

  std::string resultType() const {
    const Case &c = GetParam();
    std::string bits = std::to_string(c.bits);
    std::string element = c.coding == Coding::Store    ? "f32"
                          : c.coding == Coding::Limits ? kU8
                          : isTable() ? "!mixq.codebook<u" + bits + ", u8>"
                                      : "!mixq.q<u" + bits + ">";
    return tensorType({c.m, c.n}, element);
  }

  std::string op() const {
    const Case &c = GetParam();
    std::string floats = tensorType(c.n, "f32"), ints = tensorType(c.n, "i32");
    std::string text = "%result = mixq.qlinear %x, %w weight_zero_point %z "
                       "correction %c multiplier %m offset %o";
    std::string types =
        tensorType({c.m, c.k}, kU8) + ", " +
        tensorType({c.n, c.k}, "!mixq.q<" + weightCode() + ", axis = 0>") +
        ", " + ints + ", " + ints + ", " + floats + ", " + floats;
    if (c.coding == Coding::GeluTable) {
      text += " result_multiplier %rm result_offset %ro";
      types += ", " + floats + ", " + floats;
    }
    if (c.coding == Coding::Limits) {
      text += " limit %l";
      types += ", " + floats;
    }
    if (isTable()) {
      text += " table %t";
      types += ", " + tensorType(int64_t(1) << c.bits, "i32");
    }
    const char *epilogue = c.coding == Coding::Store       ? "store"
                           : c.coding == Coding::GeluTable ? "gelu_requantize"
                                                           : "requantize";
    return text + " epilogue " + epilogue + " : (" + types + ") -> " +
           resultType();
  }
};

TEST_P(NarrowLinear, SameBitsAsTheInterpreter) {
  expectSameBits(function(kNoImageType, operands() + op(), resultType()),
                 noImage());
}

/// Every width with rows, columns and depths around tiles, panels and chunks.
std::vector<Case> cases() {
  const int64_t rows[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 49, 50, 197, 198, 577};
  const int64_t columns[] = {1, 17, 64, 15, 65, 63, 129, 192, 31};
  const int64_t depths[] = {3, 64, 147, 1, 66, 5, 130, 63, 4, 193, 16};
  std::vector<Case> list;
  int i = 0;
  for (int bits = 2; bits <= 7; ++bits)
    for (int64_t m : rows) {
      list.push_back({bits, i % 3 == 0, m, columns[i % 9], depths[i % 11],
                      static_cast<Coding>(i % 5)});
      ++i;
    }
  return list;
}
std::string nameOf(const testing::TestParamInfo<Case> &info) {
  const Case &c = info.param;
  const char *codings[] = {"store", "codes", "limits", "table", "gelu_table"};
  return std::string(c.isSigned ? "s" : "u") + std::to_string(c.bits) + "_" +
         std::to_string(c.m) + "x" + std::to_string(c.n) + "x" +
         std::to_string(c.k) + "_" + codings[static_cast<int>(c.coding)];
}
INSTANTIATE_TEST_SUITE_P(Shapes, NarrowLinear, testing::ValuesIn(cases()),
                         nameOf);

class NarrowLinearErrors : public CodegenTest {};

TEST_F(NarrowLinearErrors, DifferencesAreSignedBytes) {
  auto module = parse(R"(
    func.func @main(%x: tensor<1x2x!mixq.q<u8>>) -> tensor<1x1xf32> {
      %w = mixq.parameter dense<1> : tensor<1x2xi8> : tensor<1x2x!mixq.q<u2, axis = 0>>
      %z = mixq.parameter dense<-125> : tensor<1xi32> : tensor<1xi32>
      %f = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
      %0 = mixq.qlinear %x, %w weight_zero_point %z correction %z multiplier %f offset %f epilogue store
        : (tensor<1x2x!mixq.q<u8>>, tensor<1x2x!mixq.q<u2, axis = 0>>, tensor<1xi32>, tensor<1xi32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
      return %0 : tensor<1x1xf32>
    })");
  Tensor input(DataType::U8, {1, 2});
  EXPECT_TRUE(mlir::failed(interpret(mainOf(*module), input)));
  EXPECT_THAT(diagnostics,
              testing::HasSubstr("got the zero-point -125 for channel 0"));
}

TEST_F(NarrowLinearErrors, LimitsAreCodes) {
  auto module = parse(R"(
    func.func @main(%x: tensor<1x2x!mixq.q<u8>>) -> tensor<1x1x!mixq.q<u8>> {
      %w = mixq.parameter dense<1> : tensor<1x2xi8> : tensor<1x2x!mixq.q<s8, axis = 0>>
      %c = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
      %f = mixq.parameter dense<1.5> : tensor<1xf32> : tensor<1xf32>
      %0 = mixq.qlinear %x, %w correction %c multiplier %f offset %f limit %f epilogue requantize
        : (tensor<1x2x!mixq.q<u8>>, tensor<1x2x!mixq.q<s8, axis = 0>>, tensor<1xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x!mixq.q<u8>>
      return %0 : tensor<1x1x!mixq.q<u8>>
    })");
  Tensor input(DataType::U8, {1, 2});
  EXPECT_TRUE(mlir::failed(interpret(mainOf(*module), input)));
  EXPECT_THAT(diagnostics, testing::HasSubstr("integers in [0, 255], got 1.5"));
}

} // namespace
