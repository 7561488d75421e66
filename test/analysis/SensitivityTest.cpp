//===- SensitivityTest.cpp - What each operand's codes do to the logits ---===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/Sensitivity.h"

#include <cmath>
#include <map>

using namespace mixq;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Two products with weights.
constexpr const char *kModel = R"(
  func.func @main(%x: tensor<1x6x4xf32>) -> tensor<6x4xf32> {
    %t = mixq.merge_heads %x : (tensor<1x6x4xf32>) -> tensor<6x4xf32>
    %w = mixq.parameter dense<[[0.9, 0.21, -0.33, 0.4], [0.37, 1.1, 0.11, -0.5],
                               [0.5, -0.7, 0.61, 0.3], [-0.13, 0.9, 0.8, 0.77]]>
      : tensor<4x4xf32> : tensor<4x4xf32>
    %b = mixq.parameter dense<0.1> : tensor<4xf32> : tensor<4xf32>
    %y = mixq.linear %t, %w, %b unit "blocks.0.fc"
      : (tensor<6x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<6x4xf32>
    %g = mixq.gelu %y : tensor<6x4xf32>
    %z = mixq.linear %g, %w, %b unit "head"
      : (tensor<6x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<6x4xf32>
    return %z : tensor<6x4xf32>
  })";

class Sensitivity : public IrTest {
protected:
  Sensitivity() : module(parse(kModel)) {
    for (unsigned i = 0; i < 4; ++i)
      images.push_back(randomTensor({1, 6, 4}, i + 1));
  }

  std::vector<OperandSensitivity> measure(const SensitivityOptions &options) {
    auto measured = measureSensitivity(*module, images, options);
    EXPECT_TRUE(mlir::succeeded(measured)) << diagnostics;
    return mlir::succeeded(measured) ? measured->operands
                                     : std::vector<OperandSensitivity>();
  }

  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<Tensor> images;
};

TEST_F(Sensitivity, MeasuresEveryOperandAtEveryWidth) {
  SensitivityOptions options;
  options.bits = {2, 5};
  std::vector<OperandSensitivity> measured = measure(options);
  std::vector<std::string> names;
  for (const OperandSensitivity &one : measured)
    names.push_back(one.unit + " " + std::to_string(one.operand) + " " +
                    std::to_string(one.bits));
  EXPECT_THAT(names,
              ElementsAre("blocks.0.fc 0 2", "blocks.0.fc 0 5",
                          "blocks.0.fc 1 2", "blocks.0.fc 1 5", "head 0 2",
                          "head 0 5", "head 1 2", "head 1 5"));
}

TEST_F(Sensitivity, MoreBitsHarmLess) {
  SensitivityOptions options;
  options.bits = {2, 5};
  options.baseline = SensitivityBaseline::Float;
  std::vector<OperandSensitivity> measured = measure(options);
  for (size_t i = 0; i + 1 < measured.size(); i += 2) {
    EXPECT_GT(measured[i].divergence, 0);
    EXPECT_LT(measured[i + 1].divergence, 0.2 * measured[i].divergence);
    EXPECT_GE(measured[i].agreement, 0);
    EXPECT_LE(measured[i].agreement, 1);
  }
  EXPECT_GT(measured[0].featureError, measured[1].featureError);
  EXPECT_EQ(measured[6].featureError, 0) << "the head's own weight";
}

TEST_F(Sensitivity, TheBaselineItselfHasNone) {
  SensitivityOptions options;
  options.bits = {3, 8};
  options.baseline = SensitivityBaseline::EightBits;
  std::vector<OperandSensitivity> measured = measure(options);
  // Activations; a weight alone is rounded otherwise than in the baseline.
  for (size_t i : {0, 4}) {
    EXPECT_GT(measured[i].divergence, 0);
    EXPECT_EQ(measured[i + 1].divergence, 0) << measured[i].unit;
    EXPECT_EQ(measured[i + 1].featureError, 0) << measured[i].unit;
    EXPECT_EQ(measured[i + 1].agreement, 1) << measured[i].unit;
  }
}

TEST_F(Sensitivity, MeasuresOnItsSubjects) {
  SensitivityOptions options;
  options.bits = {2};
  const std::vector<OperandSensitivity> onImages = measure(options);
  options.subjects = images;
  const std::vector<OperandSensitivity> onSame = measure(options);
  options.subjects = {randomTensor({1, 6, 4}, 11)};
  const std::vector<OperandSensitivity> onOther = measure(options);
  ASSERT_EQ(onImages.size(), onSame.size());
  ASSERT_EQ(onImages.size(), onOther.size());
  for (size_t i = 0; i < onImages.size(); ++i) {
    EXPECT_EQ(onSame[i].divergence, onImages[i].divergence) << i;
    EXPECT_GT(onOther[i].divergence, 0) << i;
    EXPECT_NE(onOther[i].divergence, onImages[i].divergence) << i;
  }
}

TEST_F(Sensitivity, GoesOnWithWhatIsKnown) {
  SensitivityOptions options;
  options.bits = {2, 3};
  std::vector<OperandSensitivity> first = measure(options);
  options.known = {first[0], first[5]};
  options.known[1].divergence = 42;
  std::vector<int64_t> done;
  options.progress = [&](const OperandSensitivity &, int64_t count,
                         int64_t total) {
    done.push_back(count);
    EXPECT_EQ(total, 8);
  };
  std::vector<OperandSensitivity> second = measure(options);
  EXPECT_THAT(done, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  ASSERT_EQ(second.size(), first.size());
  for (size_t i = 0; i < first.size(); ++i)
    EXPECT_EQ(second[i].divergence, i == 5 ? 42 : first[i].divergence) << i;
}

TEST_F(Sensitivity, ThreadsDoNotChangeTheResult) {
  SensitivityOptions options;
  options.bits = {3};
  options.threads = 1;
  std::vector<OperandSensitivity> one = measure(options);
  options.threads = 4;
  std::vector<OperandSensitivity> four = measure(options);
  for (size_t i = 0; i < one.size(); ++i)
    EXPECT_EQ(one[i].divergence, four[i].divergence);
}

TEST_F(Sensitivity, RefusesOtherWidths) {
  SensitivityOptions options;
  options.bits = {1};
  EXPECT_TRUE(mlir::failed(measureSensitivity(*module, images, options)));
  EXPECT_THAT(diagnostics, HasSubstr("expects bits in [2, 8]"));
}

TEST_F(Sensitivity, NeedsUnits) {
  module = parse(R"(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      return %x : tensor<2xf32>
    })");
  images = {Tensor(DataType::F32, {2})};
  EXPECT_TRUE(mlir::failed(measureSensitivity(*module, images)));
  EXPECT_THAT(diagnostics, HasSubstr("expects units to measure, found none"));
}

TEST_F(Sensitivity, MeasuresInnerUnitsJointly) {
  std::string text = kModel;
  const std::string fc = "mixq.linear %t, %w, %b unit \"blocks.0.fc\"";
  text.replace(text.find(fc), fc.size(), R"(mixq.linear %t, %w, %b unit "first"
      : (tensor<6x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<6x4xf32>
    %u = mixq.linear %y0, %w, %b unit "blocks.0.fc"
      : (tensor<6x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<6x4xf32>
    %y = mixq.linear %u, %w, %b unit "blocks.1.fc")");
  text.replace(text.find("%y = "), 4, "%y0 =");
  module = parse(text);
  ASSERT_TRUE(module) << diagnostics;
  SensitivityOptions options;
  options.bits = {7, 2, 4, 6};
  auto measured = measureSensitivity(*module, images, options);
  ASSERT_TRUE(mlir::succeeded(measured)) << diagnostics;
  ASSERT_EQ(measured->joint.size(), 6u); // of 2, 4 and 6 bits
  for (const JointSensitivity &joint : measured->joint) {
    double sum = 0;
    for (const OperandSensitivity &one : measured->operands)
      if (one.isWeight == joint.isWeight && one.bits == joint.bits &&
          llvm::StringRef(one.unit).starts_with("blocks"))
        sum += one.divergence;
    EXPECT_DOUBLE_EQ(joint.divergenceSum, sum);
    EXPECT_GT(joint.divergence, 0);
    EXPECT_GT(joint.featureError, 0);
  }
  EXPECT_GT(measured->joint[0].divergence, measured->joint[1].divergence);
  EXPECT_FALSE(measured->joint[0].isWeight);
  EXPECT_TRUE(measured->joint[3].isWeight);
}

/// log S = g(unit) - 1.5 b for the weights of blocks, with noise of +-`noise`.
std::vector<OperandSensitivity> syntheticMeasurements(double noise) {
  std::vector<OperandSensitivity> result;
  for (int block = 0; block < 8; ++block)
    for (unsigned bits = 2; bits <= 7; ++bits) {
      double sign = (block + bits) % 2 ? 1 : -1;
      double logS = -0.3 * block - 1.5 * bits + sign * noise;
      result.push_back({"blocks." + std::to_string(block) + ".mlp.fc1", 1, bits,
                        std::exp(logS), 0, 1,
                        /*isWeight=*/true});
    }
  return result;
}

TEST(SmoothSensitivity, KeepsWhatIsSmooth) {
  auto smoothed = smoothSensitivity(syntheticMeasurements(0));
  ASSERT_EQ(smoothed.size(), 8u * 7);
  for (const SmoothedSensitivity &one : smoothed) {
    int block = one.unit[7] - '0';
    double expected = std::exp(-0.3 * block - 1.5 * one.bits);
    EXPECT_NEAR(one.divergence, expected, 1e-6 * expected);
  }
}

TEST(SmoothSensitivity, AveragesNoiseAndFallsWithBits) {
  auto smoothed = smoothSensitivity(syntheticMeasurements(0.4));
  std::map<std::string, double> before;
  for (const SmoothedSensitivity &one : smoothed) {
    int block = one.unit[7] - '0';
    double exact = -0.3 * block - 1.5 * one.bits;
    EXPECT_NEAR(std::log(one.divergence), exact, 0.45);
    if (one.bits > 2)
      EXPECT_LT(one.divergence, before[one.unit]);
    before[one.unit] = one.divergence;
  }
}

TEST(SmoothSensitivity, ExtensionIsNeitherFlatNorACliff) {
  for (double slope : {-0.1, -5.0}) {
    std::vector<OperandSensitivity> measured;
    for (unsigned bits : {2u, 3u, 4u})
      measured.push_back({"head", 0, bits, std::exp(slope * bits), 0, 1});
    auto smoothed = smoothSensitivity(measured, {4, 5, 8});
    double step = std::log(smoothed[1].divergence / smoothed[0].divergence);
    EXPECT_NEAR(step, slope < -1 ? -2 : -1, 1e-9);
    EXPECT_NEAR(std::log(smoothed[2].divergence / smoothed[0].divergence),
                4 * step, 1e-9);
  }
}

TEST(SmoothSensitivity, FitsTheWidthsThatMostOperandsHave) {
  std::vector<OperandSensitivity> measured = syntheticMeasurements(0);
  // Nobody's 3 bits are fitted then, but all have them by interpolation.
  measured.erase(measured.begin() + 1);
  auto smoothed = smoothSensitivity(measured, {3});
  ASSERT_EQ(smoothed.size(), 8u);
  for (const SmoothedSensitivity &one : smoothed) {
    double expected = std::exp(-0.3 * (one.unit[7] - '0') - 1.5 * 3);
    EXPECT_NEAR(one.divergence, expected, 1e-6 * expected);
  }
}

TEST(SmoothSensitivity, LeavesOutIncompleteOperands) {
  std::vector<OperandSensitivity> measured = syntheticMeasurements(0);
  measured.push_back({"head", 0, 8, 0.5, 0.5, 1});
  EXPECT_EQ(smoothSensitivity(measured, {4}).size(), 8u);
  measured = {{"head", 0, 8, 0.5, 0.5, 1}, {"head", 0, 4, 0.5, 0.5, 1}};
  EXPECT_TRUE(smoothSensitivity(measured, {4}).empty());
}

} // namespace
