//===- CalibrationTest.cpp - Quantizers for activations -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/Calibration.h"

#include <cmath>

using namespace mixq;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// A product of two activations after a softmax, and a linear.
constexpr const char *kModel = R"(
  func.func @main(%x: tensor<1x4x4xf32>) -> tensor<4x2xf32> {
    %w = mixq.parameter dense<0.5> : tensor<2x4xf32> : tensor<2x4xf32>
    %b = mixq.parameter dense<0.0> : tensor<2xf32> : tensor<2xf32>
    %p = mixq.softmax %x : tensor<1x4x4xf32>
    %m = mixq.matmul %p, %x unit "av"
      : (tensor<1x4x4xf32>, tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
    %r = mixq.merge_heads %m : (tensor<1x4x4xf32>) -> tensor<4x4xf32>
    %y = mixq.linear %r, %w, %b unit "head"
      : (tensor<4x4xf32>, tensor<2x4xf32>, tensor<2xf32>) -> tensor<4x2xf32>
    return %y : tensor<4x2xf32>
  })";

class CalibrationTest : public IrTest {
protected:
  void SetUp() override { module = parse(kModel); }

  /// What the unit's operands got.
  std::vector<UniformAttr> quantizersOf(llvm::StringRef unit) {
    std::vector<UniformAttr> found;
    module->walk([&](mlir::Operation *op) {
      auto name = op->getAttrOfType<mlir::StringAttr>("unit");
      if (!name || name.getValue() != unit)
        return;
      if (auto array = op->getAttrOfType<mlir::ArrayAttr>(kActivationsAttr))
        for (auto uniform : array.getAsRange<UniformAttr>())
          found.push_back(uniform);
    });
    return found;
  }

  mlir::OwningOpRef<mlir::ModuleOp> module;
};

std::vector<Tensor> someImages(int count = 8) {
  std::vector<Tensor> images;
  for (int i = 0; i < count; ++i)
    images.push_back(randomTensor({1, 4, 4}, 100 + i, -3, 2));
  return images;
}

TEST_F(CalibrationTest, FindsActivationsOfUnits) {
  auto sites = findCalibrationSites(mainOf(*module));
  ASSERT_EQ(sites.size(), 3u);
  EXPECT_EQ(sites[0].operand, 0u);
  EXPECT_FALSE(sites[0].space.isSymmetric);
  EXPECT_EQ(sites[1].operand, 1u);
  EXPECT_TRUE(sites[1].space.isSymmetric);
  EXPECT_EQ(sites[2].operand, 0u);
  EXPECT_FALSE(sites[2].space.isSymmetric);
}

/// With the bias of windows in between, too.
TEST_F(CalibrationTest, KnowsWhatASoftmaxNormalises) {
  module = parse(R"(
  func.func @main(%x: tensor<4x4x1xf32>) -> tensor<4x4x1xf32> {
    %b = mixq.parameter dense<0.5> : tensor<1x1x1x4x4xf32> : tensor<1x1x1x4x4xf32>
    %s = mixq.matmul %x, %x transpose_rhs unit "qk"
      : (tensor<4x4x1xf32>, tensor<4x4x1xf32>) -> tensor<4x4x4xf32>
    %t = mixq.window_bias %s, %b grid [2, 2]
      : (tensor<4x4x4xf32>, tensor<1x1x1x4x4xf32>) -> tensor<4x4x4xf32>
    %p = mixq.softmax %t : tensor<4x4x4xf32>
    %o = mixq.matmul %p, %x unit "av"
      : (tensor<4x4x4xf32>, tensor<4x4x1xf32>) -> tensor<4x4x1xf32>
    return %o : tensor<4x4x1xf32>
  })");
  ASSERT_TRUE(module) << diagnostics;
  auto sites = findCalibrationSites(mainOf(*module));
  ASSERT_EQ(sites.size(), 4u);
  EXPECT_TRUE(sites[0].feedsSoftmax && sites[1].feedsSoftmax);
  EXPECT_FALSE(sites[2].feedsSoftmax || sites[3].feedsSoftmax);
}

TEST_F(CalibrationTest, MinMaxTakesTheExtremes) {
  std::vector<Tensor> images = someImages();
  images[3].mutableData<float>()[5] = -12.7f;
  CalibrationOptions options;
  options.method = CalibrationMethod::MinMax;
  ASSERT_TRUE(mlir::succeeded(annotateCalibration(*module, images, options)))
      << diagnostics;
  auto av = quantizersOf("av");
  ASSERT_EQ(av.size(), 2u);
  EXPECT_FALSE(av[0].getType().getIsSigned());
  EXPECT_EQ(av[0].getType().getBits(), 8u);
  EXPECT_EQ(av[0].getZeroPoint(), 0) << "softmax is not negative";
  EXPECT_LE(av[0].getScale(), 1.0 / 255);
  EXPECT_TRUE(av[1].getType().getIsSigned());
  EXPECT_EQ(av[1].getZeroPoint(), 0);
  EXPECT_EQ(av[1].getScale(), static_cast<float>(12.7f / 127.0));
  EXPECT_EQ(quantizersOf("head").size(), 1u);
}

TEST_F(CalibrationTest, ScalesAreFp32Values) {
  ASSERT_TRUE(mlir::succeeded(annotateCalibration(*module, someImages())));
  for (const char *unit : {"av", "head"})
    for (UniformAttr uniform : quantizersOf(unit))
      EXPECT_EQ(uniform.getScale(), static_cast<float>(uniform.getScale()));
}

TEST_F(CalibrationTest, ThreadsDoNotChangeTheResult) {
  std::vector<Tensor> images = someImages(40);
  std::vector<std::string> printed;
  for (unsigned threads : {1u, 4u}) {
    CalibrationOptions options;
    options.threads = threads;
    ASSERT_TRUE(mlir::succeeded(annotateCalibration(*module, images, options)));
    printed.emplace_back();
    llvm::raw_string_ostream stream(printed.back());
    module->print(stream);
  }
  EXPECT_EQ(printed[0], printed[1]);
}

TEST_F(CalibrationTest, PercentileClipsALoneOutlier) {
  // Values up to 3, and one of 20. Mean squared errors: 17^2 / n where it is
  // clipped, (20 / 127)^2 / 12 = 0.002 where it is not. So it is kept among
  // 16,000 values, and clipped among 320,000.
  CalibrationOptions options;
  options.method = CalibrationMethod::Percentile;
  auto scaleWith = [&](int count) {
    std::vector<Tensor> images = someImages(count);
    images[0].mutableData<float>()[0] = 20;
    EXPECT_TRUE(mlir::succeeded(annotateCalibration(*module, images, options)));
    return quantizersOf("av")[1].getScale();
  };
  EXPECT_NEAR(scaleWith(1000), 20.0 / 127, 0.01 / 127);
  EXPECT_NEAR(scaleWith(20000), 3.0 / 127, 0.01 / 127);
}

TEST_F(CalibrationTest, ZeroActivations) {
  std::vector<Tensor> zeros = {Tensor(DataType::F32, {1, 4, 4})};
  ASSERT_TRUE(mlir::succeeded(annotateCalibration(*module, zeros)));
  UniformAttr head = quantizersOf("head")[0];
  EXPECT_EQ(head.getScale(), static_cast<double>(1e-8f));
  EXPECT_EQ(head.getZeroPoint(), 0);
}

TEST_F(CalibrationTest, ReportsProgress) {
  std::vector<int64_t> seen;
  CalibrationOptions options;
  options.method = CalibrationMethod::Percentile; // walks twice
  options.progress = [&](int64_t done, int64_t total) {
    EXPECT_EQ(total, 10);
    seen.push_back(done);
  };
  ASSERT_TRUE(
      mlir::succeeded(annotateCalibration(*module, someImages(5), options)));
  EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
}

TEST_F(CalibrationTest, Errors) {
  EXPECT_TRUE(mlir::failed(annotateCalibration(*module, {})));
  EXPECT_THAT(diagnostics, HasSubstr("at least one image, found none"));

  std::vector<Tensor> images = someImages();
  images[2].mutableData<float>()[0] = NAN;
  EXPECT_TRUE(mlir::failed(annotateCalibration(*module, images)));
  EXPECT_THAT(diagnostics, HasSubstr("found NaN or infinity in operand 0"));
  EXPECT_TRUE(quantizersOf("av").empty());

  images[2] = Tensor(DataType::F32, {4, 4});
  EXPECT_TRUE(mlir::failed(annotateCalibration(*module, images)));
  EXPECT_THAT(diagnostics, HasSubstr("found 4x4xf32"));

  auto empty = parse("module {}");
  EXPECT_TRUE(mlir::failed(annotateCalibration(*empty, someImages())));
  EXPECT_THAT(diagnostics, HasSubstr("a function @main, found none"));
}

TEST(SplitBatch, TakesImagesApart) {
  auto images = splitBatch(Tensor::of<float>({2, 1, 1, 2}, {1, 2, 3, 4}));
  ASSERT_EQ(images.size(), 2u);
  EXPECT_THAT(images[1].shape(), ElementsAre(1, 1, 2));
  EXPECT_THAT(valuesOf<float>(images[1]), ElementsAre(3, 4));
}

} // namespace
