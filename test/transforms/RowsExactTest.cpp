//===- RowsExactTest.cpp - LayerNorm, patch and token kernels -------------===//
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

//===----------------------------------------------------------------------===//
// layer_norm, layer_norm_quantize
//===----------------------------------------------------------------------===//

class LayerNorm
    : public CodegenTest,
      public testing::WithParamInterface<std::pair<int64_t, int64_t>> {
protected:
  std::string text(const char *op, const Tensor &input,
                   const char *resultElement) {
    int64_t columns = input.dim(1);
    std::string vector = tensorType(columns, "f32");
    std::string resultType = tensorType(input.shape(), resultElement);
    std::string body =
        parameter("x", input, "f32") +
        parameter("g", randomTensor({columns}, 32, -40, 60), "f32") +
        parameter("b", randomTensor({columns}, 33, 60, 200), "f32") +
        "%result = mixq." + op + " %x, %g, %b epsilon 1.000000e-06 : (" +
        tensorType(input.shape(), "f32") + ", " + vector + ", " + vector +
        ") -> " + resultType;
    return function(kNoImageType, body, resultType);
  }

  /// Row 0 has no variance, row 1 one outlier, row 2 tiny values.
  Tensor rows() const {
    auto [rows, columns] = GetParam();
    Tensor input = randomTensor({rows, columns}, 31, -3, 5);
    auto *values = input.mutableData<float>();
    std::fill_n(values, columns, 0.1f);
    if (rows > 1)
      values[columns + columns / 2] = 4e3f;
    for (int64_t i = 0; rows > 2 && i < columns; ++i)
      values[2 * columns + i] *= 1e-20f;
    return input;
  }
};

TEST_P(LayerNorm, CodesHaveTheBitsOfTheInterpreter) {
  expectSameBits(text("layer_norm_quantize", rows(), kU8), noImage());
}

TEST_P(LayerNorm, FloatsHaveTheBitsOfTheInterpreter) {
  expectSameBits(text("layer_norm", rows(), "f32"), noImage());
}

TEST_P(LayerNorm, CodesOfInfinitiesAndNaNs) {
  Tensor input = rows();
  auto *values = input.mutableData<float>();
  values[0] = INFINITY;
  values[input.size() - 1] = NAN;
  expectSameBits(text("layer_norm_quantize", input, kU8), noImage());
}

INSTANTIATE_TEST_SUITE_P(Shapes, LayerNorm,
                         testing::Values(std::pair(1, 16), std::pair(2, 48),
                                         std::pair(3, 1), std::pair(4, 12),
                                         std::pair(5, 64), std::pair(6, 80),
                                         std::pair(7, 40), std::pair(5, 67),
                                         std::pair(50, 768),
                                         std::pair(198, 192)),
                         [](const auto &info) {
                           return std::to_string(info.param.first) + "x" +
                                  std::to_string(info.param.second);
                         });

//===----------------------------------------------------------------------===//
// extract_patches, quantize_patches
//===----------------------------------------------------------------------===//

struct PatchCase {
  int64_t channels, height, width, patchHeight, patchWidth;

  std::vector<int64_t> image() const { return {channels, height, width}; }
  std::string imageType() const { return tensorType(image(), "f32"); }
  std::string resultType(const char *element) const {
    return tensorType({height / patchHeight * (width / patchWidth),
                       channels * patchHeight * patchWidth},
                      element);
  }
  std::string patch() const {
    return " patch [" + std::to_string(patchHeight) + ", " +
           std::to_string(patchWidth) + "]";
  }
};

class Patches : public CodegenTest,
                public testing::WithParamInterface<PatchCase> {};

TEST_P(Patches, ExtractMovesEveryPixel) {
  const PatchCase &c = GetParam();
  expectSameBits(function(c.imageType(),
                          "%result = mixq.extract_patches %image" + c.patch() +
                              " : (" + c.imageType() + ") -> " +
                              c.resultType("f32"),
                          c.resultType("f32")),
                 randomTensor(c.image(), 41));
}

TEST_P(Patches, QuantizeHasTheBitsOfTheInterpreter) {
  const PatchCase &c = GetParam();
  Tensor image = randomTensor(c.image(), 42, -2.5f, 2.5f);
  auto *values = image.mutableData<float>();
  // At a multiplier of 50, ties: 0.01 * 50 = 1/2. And what is out of range.
  const float special[] = {0.01f,    0.03f,     0.05f, -0.01f, NAN,
                           INFINITY, -INFINITY, 1e30f, -1e30f, 1e-40f};
  for (int64_t i = 0; i < 10 && i < image.size(); ++i)
    values[i * 7 % image.size()] = special[i];
  std::string body = parameter("m", Tensor::of<float>({1}, {50}), "f32") +
                     parameter("z", Tensor::of<float>({1}, {117}), "f32") +
                     "%result = mixq.quantize_patches %image multiplier %m "
                     "zero_point %z" +
                     c.patch() + " : (" + c.imageType() +
                     ", tensor<1xf32>, tensor<1xf32>) -> " + c.resultType(kU8);
  expectSameBits(function(c.imageType(), body, c.resultType(kU8)), image);
}

std::string nameOf(const testing::TestParamInfo<PatchCase> &info) {
  const PatchCase &c = info.param;
  return std::to_string(c.channels) + "x" + std::to_string(c.height) + "x" +
         std::to_string(c.width) + "_by_" + std::to_string(c.patchHeight) +
         "x" + std::to_string(c.patchWidth);
}
INSTANTIATE_TEST_SUITE_P(
    Shapes, Patches,
    testing::Values(PatchCase{1, 1, 1, 1, 1}, PatchCase{3, 8, 8, 4, 4},
                    PatchCase{1, 6, 10, 3, 5}, PatchCase{2, 4, 34, 2, 17},
                    PatchCase{3, 32, 64, 16, 16}, PatchCase{3, 14, 42, 7, 14},
                    PatchCase{4, 32, 32, 32, 32}),
    nameOf);

//===----------------------------------------------------------------------===//
// concat, slice
//===----------------------------------------------------------------------===//

class Tokens : public CodegenTest {};

TEST_F(Tokens, ConcatOfParameterAndRowsInPlace) {
  std::string body = parameter("cls", randomTensor({1, 12}, 51), "f32") + R"(
    %rows = mixq.extract_patches %image patch [2, 2]
      : (tensor<3x4x6xf32>) -> tensor<6x12xf32>
    %result = mixq.concat %cls, %rows
      : (tensor<1x12xf32>, tensor<6x12xf32>) -> tensor<7x12xf32>)";
  expectSameBits(function("tensor<3x4x6xf32>", body, "tensor<7x12xf32>"),
                 randomTensor({3, 4, 6}, 52));
}

/// `rows` cannot lie in two places, and is used after the concat.
TEST_F(Tokens, ConcatOfRowsTwice) {
  std::string body = R"(
    %rows = mixq.extract_patches %image patch [2, 2]
      : (tensor<3x4x6xf32>) -> tensor<6x12xf32>
    %twice = mixq.concat %rows, %rows
      : (tensor<6x12xf32>, tensor<6x12xf32>) -> tensor<12x12xf32>
    %result = mixq.concat %twice, %rows
      : (tensor<12x12xf32>, tensor<6x12xf32>) -> tensor<18x12xf32>)";
  expectSameBits(function("tensor<3x4x6xf32>", body, "tensor<18x12xf32>"),
                 randomTensor({3, 4, 6}, 53));
}

TEST_F(Tokens, ConcatOfSlices) {
  std::string body = R"(
    %rows = mixq.extract_patches %image patch [2, 2]
      : (tensor<3x4x6xf32>) -> tensor<6x12xf32>
    %last = mixq.slice %rows from 4 : (tensor<6x12xf32>) -> tensor<2x12xf32>
    %first = mixq.slice %rows from 0 : (tensor<6x12xf32>) -> tensor<3x12xf32>
    %result = mixq.concat %last, %first
      : (tensor<2x12xf32>, tensor<3x12xf32>) -> tensor<5x12xf32>)";
  expectSameBits(function("tensor<3x4x6xf32>", body, "tensor<5x12xf32>"),
                 randomTensor({3, 4, 6}, 54));
}

/// A slice of a concat whose input lies in it already.
TEST_F(Tokens, SliceOfConcat) {
  std::string body = parameter("cls", randomTensor({2, 12}, 55), "f32") + R"(
    %rows = mixq.extract_patches %image patch [2, 2]
      : (tensor<3x4x6xf32>) -> tensor<6x12xf32>
    %all = mixq.concat %rows, %cls
      : (tensor<6x12xf32>, tensor<2x12xf32>) -> tensor<8x12xf32>
    %result = mixq.slice %all from 5 : (tensor<8x12xf32>) -> tensor<3x12xf32>)";
  expectSameBits(function("tensor<3x4x6xf32>", body, "tensor<3x12xf32>"),
                 randomTensor({3, 4, 6}, 56));
}

//===----------------------------------------------------------------------===//
// pool
//===----------------------------------------------------------------------===//

class Pool : public CodegenTest,
             public testing::WithParamInterface<std::pair<int64_t, int64_t>> {};

TEST_P(Pool, HasTheBitsOfTheInterpreter) {
  auto [rows, columns] = GetParam();
  std::string input = tensorType({rows, columns}, "f32");
  std::string result = tensorType({1, columns}, "f32");
  std::string body =
      parameter("x", randomTensor({rows, columns}, 61, -3, 5), "f32") +
      "%result = mixq.pool %x : (" + input + ") -> " + result;
  expectSameBits(function(kNoImageType, body, result), noImage());
}

INSTANTIATE_TEST_SUITE_P(Shapes, Pool,
                         testing::Values(std::pair(1, 1), std::pair(3, 20),
                                         std::pair(49, 64), std::pair(65, 67),
                                         std::pair(196, 192)),
                         [](const auto &info) {
                           return std::to_string(info.param.first) + "x" +
                                  std::to_string(info.param.second);
                         });

} // namespace
