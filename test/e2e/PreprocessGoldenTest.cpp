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
#include "tools/mixq-compile/CalibrationImages.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>

using namespace mixq;

namespace {

/// As a compiled module carries it: from the checkpoint's configuration.
absl::StatusOr<InputSpec> specOf(const std::string &model) {
  mlir::MLIRContext context;
  context.loadDialect<MixqDialect, mlir::func::FuncDialect>();
  auto checkpoint = Checkpoint::open(model);
  if (!checkpoint.ok())
    return checkpoint.status();
  auto module = importModel(context, *checkpoint);
  return module.ok() ? inputSpecOf(**module) : module.status();
}

void comparePreprocessing(const std::string &model, const std::string &data) {
  auto archive = readSafetensors(model + "/golden.safetensors");
  ASSERT_TRUE(archive.ok()) << archive.status();
  const Tensor &golden = archive->tensors.at("input");
  auto spec = specOf(model);
  ASSERT_TRUE(spec.ok()) << spec.status();
  auto dataset = openDataset(data);
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  ASSERT_GE(dataset->samples.size(), static_cast<size_t>(golden.dim(0)));
  std::vector<float> tensor(spec->elements());
  ASSERT_EQ(static_cast<size_t>(golden.size()), golden.dim(0) * tensor.size());
  for (int64_t image = 0; image < golden.dim(0); ++image) {
    auto decoded = readImage(dataset->samples[image].path);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ASSERT_TRUE(preprocess(*decoded, *spec, absl::MakeSpan(tensor)).ok());
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
