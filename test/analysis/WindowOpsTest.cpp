//===- WindowOpsTest.cpp - Evaluation of maps and windows -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

using namespace mixq;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class WindowOps : public IrTest {
protected:
  /// What one op makes of rows of one element, which count from 1.
  std::vector<float> move(const std::string &op, int64_t inputRows,
                          int64_t rows, int64_t columns = 1) {
    Tensor input(DataType::F32, {inputRows, 1});
    for (int64_t i = 0; i < inputRows; ++i)
      input.mutableData<float>()[i] = static_cast<float>(i + 1);
    std::string from = "tensor<" + std::to_string(inputRows) + "x1xf32>";
    std::string to = "tensor<" + std::to_string(rows) + "x" +
                     std::to_string(columns) + "xf32>";
    return valuesOf<float>(run("func.func @main(%x: " + from + ") -> " + to +
                                   " {\n%0 = mixq." + op + " : (" + from +
                                   ") -> " + to + "\nreturn %0 : " + to + "\n}",
                               input));
  }
};

// torch.roll(x, (-1, 1), (0, 1)) of x = [[1, 2, 3], [4, 5, 6]].
TEST_F(WindowOps, Roll) {
  EXPECT_THAT(move("roll %x map [2, 3] shift [-1, 1]", 6, 6),
              ElementsAre(6, 4, 5, 3, 1, 2));
}

TEST_F(WindowOps, PadAndCrop) {
  EXPECT_THAT(move("pad_map %x map [2, 2] to [3, 4]", 4, 12),
              ElementsAre(1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(move("crop_map %x map [3, 4] to [2, 2]", 12, 4),
              ElementsAre(1, 2, 5, 6));
}

// timm's window_partition of x = arange(1, 17).view(1, 2, 8, 1), (2, 2): and
// back.
TEST_F(WindowOps, Windows) {
  EXPECT_THAT(
      move("window_partition %x map [2, 8] window [2, 2]", 16, 16),
      ElementsAre(1, 2, 9, 10, 3, 4, 11, 12, 5, 6, 13, 14, 7, 8, 15, 16));
  EXPECT_THAT(
      move("window_reverse %x map [2, 8] window [2, 2]", 16, 16),
      ElementsAre(1, 2, 5, 6, 9, 10, 13, 14, 3, 4, 7, 8, 11, 12, 15, 16));
  EXPECT_THAT(move("window_partition %x map [4, 2] window [1, 1]", 8, 8),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

// (row, column) = (0, 0), (1, 0), (0, 1), (1, 1); the map's third row and
// column meet zeros.
TEST_F(WindowOps, PatchMerge) {
  EXPECT_THAT(move("patch_merge %x map [3, 3]", 9, 4, 4),
              ElementsAre(1, 4, 2, 5, 3, 6, 0, 0, 7, 0, 8, 0, 9, 0, 0, 0));
}

// Two windows below each other, one head: the second is in the last row.
TEST_F(WindowOps, WindowBias) {
  Tensor result = run(R"(
    func.func @main(%x: tensor<2x1x2xf32>) -> tensor<2x1x2xf32> {
      %b = mixq.parameter dense<[[[[[1.0, 2.0]]]], [[[[10.0, -100.0]]]]]>
        : tensor<2x1x1x1x2xf32> : tensor<2x1x1x1x2xf32>
      %0 = mixq.window_bias %x, %b grid [2, 1]
        : (tensor<2x1x2xf32>, tensor<2x1x1x1x2xf32>) -> tensor<2x1x2xf32>
      return %0 : tensor<2x1x2xf32>
    })",
                      Tensor::of<float>({2, 1, 2}, {1, 1, 1, 1}));
  EXPECT_THAT(valuesOf<float>(result), ElementsAre(2, 3, 11, -99));
}

// The classes of a 2 x 3 grid where both axes were shifted: only the last row
// and the last column differ. One head, one element.
TEST_F(WindowOps, WindowBiasOfTheLast) {
  Tensor result = run(R"(
    func.func @main(%x: tensor<6x1x1xf32>) -> tensor<6x1x1xf32> {
      %b = mixq.parameter dense<[[[[[0.0]]], [[[1.0]]]], [[[[2.0]]], [[[3.0]]]]]>
        : tensor<2x2x1x1x1xf32> : tensor<2x2x1x1x1xf32>
      %0 = mixq.window_bias %x, %b grid [2, 3]
        : (tensor<6x1x1xf32>, tensor<2x2x1x1x1xf32>) -> tensor<6x1x1xf32>
      return %0 : tensor<6x1x1xf32>
    })",
                      Tensor(DataType::F32, {6, 1, 1}));
  EXPECT_THAT(valuesOf<float>(result), ElementsAre(0, 0, 1, 2, 2, 3));
}

// Two windows of two tokens, two heads of one column: query, key, value.
TEST_F(WindowOps, HeadsOfWindows) {
  std::vector<float> tokens;
  for (int token = 1; token <= 4; ++token)
    for (int column = 0; column < 6; ++column)
      tokens.push_back(static_cast<float>(10 * token + column));
  auto results = runAll(R"(
    func.func @main(%x: tensor<4x6xf32>) -> (tensor<4x2x1xf32>, tensor<4x2x1xf32>, tensor<4x2xf32>) {
      %q, %k, %v = mixq.split_qkv %x windows 2 : (tensor<4x6xf32>)
        -> (tensor<4x2x1xf32>, tensor<4x2x1xf32>, tensor<4x2x1xf32>)
      %0 = mixq.merge_heads %v windows 2 : (tensor<4x2x1xf32>) -> tensor<4x2xf32>
      return %q, %k, %0 : tensor<4x2x1xf32>, tensor<4x2x1xf32>, tensor<4x2xf32>
    })",
                        Tensor::of<float>({4, 6}, tokens));
  ASSERT_EQ(results.size(), 3u) << diagnostics;
  EXPECT_THAT(valuesOf<float>(results[0]),
              ElementsAre(10, 20, 11, 21, 30, 40, 31, 41));
  EXPECT_THAT(valuesOf<float>(results[1]),
              ElementsAre(12, 22, 13, 23, 32, 42, 33, 43));
  EXPECT_THAT(valuesOf<float>(results[2]),
              ElementsAre(14, 15, 24, 25, 34, 35, 44, 45));
}

//===----------------------------------------------------------------------===//
// Kernels that contain the moves
//===----------------------------------------------------------------------===//

/// layer_norm after patch_merge, as ops and as one kernel with the same table.
TEST_F(WindowOps, FusedLayerNorm) {
  Tensor x = randomTensor({6, 3}, 5);
  const std::string constants = R"(
      %g = mixq.parameter dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0]> : tensor<12xf32> : tensor<12xf32>
      %b = mixq.parameter dense<0.5> : tensor<12xf32> : tensor<12xf32>)";
  Tensor expected =
      run("func.func @main(%x: tensor<6x3xf32>) -> tensor<2x12xf32> {" +
              constants + R"(
      %0 = mixq.patch_merge %x map [2, 3] : (tensor<6x3xf32>) -> tensor<2x12xf32>
      %1 = mixq.layer_norm %0, %g, %b epsilon 1.0e-5 : (tensor<2x12xf32>, tensor<12xf32>, tensor<12xf32>) -> tensor<2x12xf32>
      return %1 : tensor<2x12xf32>
    })",
          x);
  auto values = valuesOf<float>(expected);
  values.insert(values.begin(), 12, 0.0f); // a row of padding first
  Tensor result =
      run("func.func @main(%x: tensor<6x3xf32>) -> tensor<3x12xf32> {" +
              constants + R"(
      %r = mixq.parameter dense<[[-1, -1, -1, -1], [0, 3, 1, 4], [2, 5, -1, -1]]> : tensor<3x4xi32> : tensor<3x4xi32>
      %1 = mixq.fused_layer_norm %x, %g, %b rows %r epsilon 1.0e-5 : (tensor<6x3xf32>, tensor<12xf32>, tensor<12xf32>, tensor<3x4xi32>) -> tensor<3x12xf32>
      return %1 : tensor<3x12xf32>
    })",
          x);
  EXPECT_EQ(valuesOf<float>(result), values) << diagnostics;
}

TEST_F(WindowOps, LayerNormQuantizeByRows) {
  Tensor result = run(R"(
    func.func @main(%x: tensor<2x2xf32>) -> tensor<3x2x!mixq.q<u8>> {
      %g = mixq.parameter dense<10.0> : tensor<2xf32> : tensor<2xf32>
      %b = mixq.parameter dense<100.0> : tensor<2xf32> : tensor<2xf32>
      %r = mixq.parameter dense<[[1], [-1], [0]]> : tensor<3x1xi32> : tensor<3x1xi32>
      %0 = mixq.layer_norm_quantize %x, %g, %b rows %r epsilon 1.0e-9 padding_code 77
        : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<3x1xi32>) -> tensor<3x2x!mixq.q<u8>>
      return %0 : tensor<3x2x!mixq.q<u8>>
    })",
                      Tensor::of<float>({2, 2}, {1, 3, 5, -5}));
  EXPECT_THAT(valuesOf<uint8_t>(result), ElementsAre(110, 90, 77, 77, 90, 110))
      << diagnostics;
}

constexpr const char *kWindows = R"(
    func.func @main(%x: tensor<12x24xf32>, %b: tensor<1x2x2x2x2xf32>) -> tensor<5x8xf32> {
      %r = mixq.parameter dense<[7, 0, 11, 3, 1]> : tensor<5xi32> : tensor<5xi32>)";

/// Attention as graph ops and as one kernel: windows, bias, rows of the result.
TEST_F(WindowOps, FusedAttention) {
  std::vector<Tensor> inputs = {randomTensor({12, 24}, 7),
                                randomTensor({1, 2, 2, 2, 2}, 8)};
  auto all = valuesOf<float>(run(R"(
    func.func @main(%x: tensor<12x24xf32>, %b: tensor<1x2x2x2x2xf32>) -> tensor<12x8xf32> {
      %q, %k, %v = mixq.split_qkv %x windows 6 : (tensor<12x24xf32>) -> (tensor<12x2x4xf32>, tensor<12x2x4xf32>, tensor<12x2x4xf32>)
      %0 = mixq.matmul %q, %k transpose_rhs multiplier 0.5 : (tensor<12x2x4xf32>, tensor<12x2x4xf32>) -> tensor<12x2x2xf32>
      %1 = mixq.window_bias %0, %b grid [2, 3] : (tensor<12x2x2xf32>, tensor<1x2x2x2x2xf32>) -> tensor<12x2x2xf32>
      %2 = mixq.softmax %1 : tensor<12x2x2xf32>
      %3 = mixq.matmul %2, %v : (tensor<12x2x2xf32>, tensor<12x2x4xf32>) -> tensor<12x2x4xf32>
      %4 = mixq.merge_heads %3 windows 6 : (tensor<12x2x4xf32>) -> tensor<12x8xf32>
      return %4 : tensor<12x8xf32>
    })",
                                 inputs));
  auto some = valuesOf<float>(run(std::string(kWindows) + R"(
      %0 = mixq.fused_attention %x bias %b rows %r heads 2 multiplier 0.5 grid [2, 3]
        : (tensor<12x24xf32>, tensor<1x2x2x2x2xf32>, tensor<5xi32>) -> tensor<5x8xf32>
      return %0 : tensor<5x8xf32>
    })",
                                  inputs));
  ASSERT_EQ(some.size(), 40u) << diagnostics;
  int64_t rows[] = {7, 0, 11, 3, 1};
  for (int64_t i = 0; i < 40; ++i)
    EXPECT_NEAR(some[i], all[rows[i / 8] * 8 + i % 8], 1e-6) << i;
}

TEST_F(WindowOps, RowsAreChecked) {
  for (auto [rows, message] :
       {std::pair{"[7, 0, 12, 3, 1]", "expects entries of rows in [0, 12), got "
                                      "12 at element 2"},
        {"[7, 0, 11, -1, 1]", "got -1 at element 3"},
        {"[7, 0, 11, 7, 1]",
         "expects distinct entries of rows, got 7 twice"}}) {
    std::string text = std::string(kWindows) + R"(
      %0 = mixq.fused_attention %x bias %b rows %r heads 2 multiplier 0.5 grid [2, 3]
        : (tensor<12x24xf32>, tensor<1x2x2x2x2xf32>, tensor<5xi32>) -> tensor<5x8xf32>
      return %0 : tensor<5x8xf32>
    })";
    text.replace(text.find("[7, 0, 11, 3, 1]"), 16, rows);
    run(text, {randomTensor({12, 24}, 7), randomTensor({1, 2, 2, 2, 2}, 8)});
    EXPECT_THAT(diagnostics, HasSubstr(message));
  }
}

/// Step 2 with bias in plain loops: s of one query and two keys of one column.
TEST_F(WindowOps, QAttentionWithBias) {
  Tensor x(DataType::U8, {2, 3});
  const uint8_t codes[] = {110, 138, 228, 90, 118, 28};
  std::copy(std::begin(codes), std::end(codes), x.mutableData<uint8_t>());
  Tensor result = run(R"(
    func.func @main(%x: tensor<2x3x!mixq.q<u8>>) -> tensor<2x1x!mixq.q<u8>> {
      %z = mixq.parameter dense<[100, 128, 128]> : tensor<3xi32> : tensor<3xi32>
      %s = mixq.parameter dense<0.01> : tensor<1xf32> : tensor<1xf32>
      %p = mixq.parameter dense<255.0> : tensor<1xf32> : tensor<1xf32>
      %m = mixq.parameter dense<0.00390625> : tensor<1xf32> : tensor<1xf32>
      %o = mixq.parameter dense<128.0> : tensor<1xf32> : tensor<1xf32>
      %b = mixq.parameter dense<[[[[[0.5, 1.0], [-100.0, 0.0]]]]]> : tensor<1x1x1x2x2xf32> : tensor<1x1x1x2x2xf32>
      %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o bias %b heads 1
        : (tensor<2x3x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1x1x1x2x2xf32>) -> tensor<2x1x!mixq.q<u8>>
      return %0 : tensor<2x1x!mixq.q<u8>>
    })",
                      x);
  // Query 0: s = 10 * (10, -10), x = (1.5, 0), p = 255 * (0.8176, 0.1824) =
  // (208, 47), o = 208 * 100 - 47 * 100 = 16100, 16100 / 256 + 128 = 190.9.
  // Query 1: key 0 is masked, o = -255 * 100, -99.6 + 128 = 28.4.
  EXPECT_THAT(valuesOf<uint8_t>(result), ElementsAre(191, 28)) << diagnostics;
}

} // namespace
