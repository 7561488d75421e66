//===- PreprocessGoldenTest.cpp - Image files against the framework -------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `input` of golden.safetensors: the first 16 images of val/labels.tsv, read
// and preprocessed by the framework.
//
//===----------------------------------------------------------------------===//

#include "dialect/MixqDialect.h"
#include "dialect/store/Safetensors.h"
#include "frontend/Import.h"
#include "runtime/image/Dataset.h"
#include "runtime/image/Decode.h"
#include "runtime/image/Preprocess.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>

using namespace mixq;

namespace {

/// As the compiled module carries it: from the checkpoint's configuration.
InputSpec specOf(const std::string &model, const Tensor &golden) {
  mlir::MLIRContext context;
  context.loadDialect<MixqDialect, mlir::func::FuncDialect>();
  InputSpec spec;
  auto checkpoint = Checkpoint::open(model);
  EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
  auto module = importModel(context, *checkpoint);
  EXPECT_TRUE(module.ok()) << module.status();
  auto attribute =
      (**module)->getAttrOfType<PreprocessingAttr>("mixq.preprocessing");
  spec.height = static_cast<int>(golden.dim(2));
  spec.width = static_cast<int>(golden.dim(3));
  spec.resize = static_cast<int>(attribute.getResize());
  spec.resizeWidth = static_cast<int>(attribute.getResizeWidth());
  spec.keepRatio = attribute.getKeepRatio();
  if (attribute.getInterpolation() == Interpolation::Bicubic)
    spec.interpolation = schema::Interpolation::Bicubic;
  for (int channel = 0; channel < Image::channels; ++channel) {
    spec.mean[channel] = static_cast<float>(attribute.getMean()[channel]);
    spec.std[channel] = static_cast<float>(attribute.getStd()[channel]);
  }
  return spec;
}

void comparePreprocessing(const std::string &model, const std::string &data) {
  auto archive = readSafetensors(model + "/golden.safetensors");
  ASSERT_TRUE(archive.ok()) << archive.status();
  const Tensor &golden = archive->tensors.at("input");
  InputSpec spec = specOf(model, golden);
  auto dataset = openDataset(data);
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  ASSERT_GE(dataset->samples.size(), static_cast<size_t>(golden.dim(0)));
  std::vector<float> tensor(spec.elements());
  for (int64_t image = 0; image < golden.dim(0); ++image) {
    auto decoded = readImage(dataset->samples[image].path);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ASSERT_TRUE(preprocess(*decoded, spec, absl::MakeSpan(tensor)).ok());
    const float *expected = golden.data<float>() + image * tensor.size();
    double sum = 0, largest = 0;
    for (size_t i = 0; i < tensor.size(); ++i) {
      double difference = std::fabs(double(tensor[i]) - expected[i]);
      sum += difference;
      largest = std::max(largest, difference);
    }
    EXPECT_LE(sum / tensor.size(), 0.01) << dataset->samples[image].path;
    EXPECT_LE(largest, 0.1) << dataset->samples[image].path;
  }
}

TEST(PreprocessGolden, Digits) {
  comparePreprocessing("examples/digits/model", "examples/digits/val");
}

TEST(PreprocessGolden, VitTiny) {
  const char *shared = std::getenv("MIXQ_SHARED");
  if (!shared || !*shared)
    GTEST_SKIP() << "SKIPPED: ../shared is not present";
  comparePreprocessing(std::string(shared) + "/models/vit_tiny_tiny_imagenet",
                       std::string(shared) + "/data/tiny_imagenet/val");
}

} // namespace
