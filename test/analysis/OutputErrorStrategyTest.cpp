//===- OutputErrorStrategyTest.cpp - What calibration samples -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/Calibration.h"
#include "analysis/OutputErrorStrategy.h"

using namespace mixq;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Tokens of one channel: a linear on the residual stream, then a product of
/// two activations.
constexpr const char *kModel = R"(
  func.func @main(%x: tensor<1x4x2xf32>) -> tensor<1x4x4xf32> {
    %t = mixq.merge_heads %x : (tensor<1x4x2xf32>) -> tensor<4x2xf32>
    %w = mixq.parameter dense<[[1.0, 2.0], [0.0, 1.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
    %b = mixq.parameter dense<0.0> : tensor<2xf32> : tensor<2xf32>
    %y = mixq.linear %t, %w, %b unit "fc"
      : (tensor<4x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
    %z = mixq.add %y, %t : tensor<4x2xf32>
    %s = mixq.matmul %x, %x transpose_rhs unit "qk"
      : (tensor<1x4x2xf32>, tensor<1x4x2xf32>) -> tensor<1x4x4xf32>
    return %s : tensor<1x4x4xf32>
  })";

class OutputError : public IrTest {
protected:
  void SetUp() override { module = parse(kModel); }

  /// All that the strategy samples of the images.
  std::unique_ptr<OutputErrorStrategy>
  observe(const std::vector<Tensor> &images) {
    auto interpreter = Interpreter::create(mainOf(*module));
    EXPECT_TRUE(mlir::succeeded(interpreter)) << diagnostics;
    sites = findCalibrationSites(mainOf(*module));
    auto strategy = std::make_unique<OutputErrorStrategy>(sites, images.size());
    result = runStrategy(*interpreter, sites, images, *strategy, {});
    return strategy;
  }

  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<CalibrationSite> sites;
  mlir::LogicalResult result = mlir::success();
};

Tensor image(std::vector<float> values) {
  return Tensor::of<float>({1, 4, 2}, values);
}

TEST_F(OutputError, SamplesTheClassTokenTheExtremeTokenAndOthers) {
  auto strategy = observe({image({1, 0, 0, 2, -9, 1, 1, 1})});
  ASSERT_TRUE(mlir::succeeded(result)) << diagnostics;
  ASSERT_EQ(sites.size(), 3u);
  auto samples = strategy->samplesOf(0);
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_THAT(samples[0].other, ElementsAre(1, 2, 0, 1));
  ASSERT_EQ(samples[0].rowCount(), 4);
  std::vector<float> firstRows(samples[0].rows.begin(),
                               samples[0].rows.begin() + 4);
  EXPECT_THAT(firstRows, ElementsAre(1, 0, -9, 1));
}

/// The class token alone reaches the result: what happens to others is no
/// error, and their range is none.
TEST_F(OutputError, SamplesOnlyTokensThatReachTheResult) {
  module = parse(R"(
  func.func @main(%x: tensor<1x4x2xf32>) -> tensor<1x2xf32> {
    %t = mixq.merge_heads %x : (tensor<1x4x2xf32>) -> tensor<4x2xf32>
    %w = mixq.parameter dense<[[1.0, 2.0], [0.0, 1.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
    %b = mixq.parameter dense<0.0> : tensor<2xf32> : tensor<2xf32>
    %y = mixq.linear %t, %w, %b unit "fc"
      : (tensor<4x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
    %z = mixq.add %y, %t : tensor<4x2xf32>
    %s = mixq.slice %z from 1 : (tensor<4x2xf32>) -> tensor<1x2xf32>
    return %s : tensor<1x2xf32>
  })");
  auto strategy = observe({image({1, 0, 0, 2, -9, 1, 1, 1})});
  ASSERT_TRUE(mlir::succeeded(result)) << diagnostics;
  ASSERT_EQ(sites.size(), 1u);
  for (const ProductSample &sample : strategy->samplesOf(0))
    for (int64_t row = 0; row < sample.rowCount(); ++row) {
      EXPECT_EQ(sample.rows[2 * row], 0);
      EXPECT_EQ(sample.rows[2 * row + 1], 2);
      // y + t = (4, 2) + (0, 2); its mean square is 16.
      EXPECT_FLOAT_EQ(sample.rowWeights[row], 1.0f / 16);
    }
  EXPECT_EQ(strategy->channelRangesOf(0)[0].low, 0);
  EXPECT_EQ(strategy->channelRangesOf(0)[0].high, 0);
}

TEST_F(OutputError, WeighsTokensByTheResidualStream) {
  auto strategy = observe({image({1, 0, 0, 2, -9, 1, 1, 1})});
  auto samples = strategy->samplesOf(0);
  // z = x + W x: (1, 0) gives (2, 0), and (-9, 1) gives (-16, 2). A weight is
  // channels / |z|^2.
  EXPECT_FLOAT_EQ(samples[0].rowWeights[0], 2 / 4.0f);
  EXPECT_FLOAT_EQ(samples[0].rowWeights[1], 2 / 260.0f);
}

TEST_F(OutputError, SamplesProductsOfActivationsWhole) {
  std::vector<Tensor> images;
  for (unsigned i = 0; i < 8; ++i)
    images.push_back(randomTensor({1, 4, 2}, i + 1));
  auto strategy = observe(images);
  auto samples = strategy->samplesOf(1);
  ASSERT_EQ(samples.size(), 6u) << "of the first six images";
  for (const ProductSample &sample : samples) {
    EXPECT_EQ(sample.rowCount(), 4);
    EXPECT_EQ(sample.other, sample.rows);
    EXPECT_THAT(sample.rowWeights, Each(1.0f));
  }
  EXPECT_EQ(strategy->samplesOf(0).size(), 1u) << "one of all images";
}

TEST_F(OutputError, RangesOfChannelsCoverAllTokens) {
  auto strategy = observe(
      {image({1, 0, 0, 2, -9, 1, 1, 1}), image({0, 0, 0, 0, 0, 0, 0, -5})});
  const auto &channels = strategy->channelRangesOf(0);
  ASSERT_EQ(channels.size(), 2u);
  EXPECT_EQ(channels[0].low, -9);
  EXPECT_EQ(channels[0].high, 1);
  EXPECT_EQ(channels[1].low, -5);
  EXPECT_EQ(channels[1].high, 2);
}

TEST_F(OutputError, SymmetricWhereTheOperandPlaysTheWeight) {
  auto strategy = observe({image({1, 0, 0, 2, -9, 1, 1, 1})});
  auto query = std::get<UniformQuantizer>(strategy->choose(1));
  auto key = std::get<UniformQuantizer>(strategy->choose(2));
  EXPECT_EQ(query.lowCode, 0);
  EXPECT_EQ(key.lowCode, -128);
  EXPECT_EQ(key.zeroPoint, 0);
}

TEST_F(OutputError, UnsignedWithFewerBits) {
  module->walk([&](MatmulOp op) {
    mlir::OpBuilder builder(op);
    op->setAttr("mixq.bits", builder.getDenseI64ArrayAttr({3, 4}));
  });
  auto strategy = observe({image({1, 0, 0, 2, -9, 1, 1, 1})});
  auto query = std::get<UniformQuantizer>(strategy->choose(1));
  auto key = std::get<UniformQuantizer>(strategy->choose(2));
  EXPECT_EQ(query.highCode, 7);
  EXPECT_EQ(key.lowCode, 0);
  EXPECT_EQ(key.highCode, 15);
  EXPECT_GT(key.zeroPoint, 0);
}

/// A product before a softmax.
constexpr const char *kScores = R"(
  func.func @main(%x: tensor<1x4x2xf32>) -> tensor<1x4x4xf32> {
    %s = mixq.matmul %x, %x transpose_rhs unit "qk"
      : (tensor<1x4x2xf32>, tensor<1x4x2xf32>) -> tensor<1x4x4xf32>
    %p = mixq.softmax %s : tensor<1x4x4xf32>
    return %p : tensor<1x4x4xf32>
  })";

TEST_F(OutputError, ASoftmaxSeesDifferencesOfScoresOnly) {
  module = parse(kScores);
  auto strategy = observe({image({1, 0, 0, 2, -9, 1, 1, 1})});
  std::vector<ProductSample> query = strategy->samplesOf(0);
  std::vector<ProductSample> key = strategy->samplesOf(1);
  // The keys' means over the tokens are -7/4 and 1.
  EXPECT_THAT(query[0].other,
              ElementsAre(2.75f, -1, 1.75f, 1, -7.25f, 0, 2.75f, 0));
  EXPECT_FALSE(query[0].ignoresSharedError);
  EXPECT_TRUE(key[0].ignoresSharedError);
}

TEST_F(OutputError, RefusesInfinity) {
  observe({image({1, 0, 0, 2, INFINITY, 1, 1, 1})});
  EXPECT_TRUE(mlir::failed(result));
  EXPECT_THAT(diagnostics, HasSubstr("found NaN or infinity in operand 0"));
}

} // namespace
