//===- GoldenTest.cpp - Whole models against their framework --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/Calibration.h"
#include "dialect/store/Safetensors.h"
#include "frontend/Import.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>

using namespace mixq;

namespace {

class Golden : public IrTest {
protected:
  void compareWithFramework(const std::string &model);
};

int64_t argmax(const float *logits, int64_t count) {
  return std::max_element(logits, logits + count) - logits;
}

/// The logits of `golden.safetensors` are those of timm in fp32.
void Golden::compareWithFramework(const std::string &model) {
  auto checkpoint = Checkpoint::open(model);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  auto module = importModel(context, *checkpoint);
  ASSERT_TRUE(module.ok()) << module.status();
  auto archive = readSafetensors(model + "/golden.safetensors");
  ASSERT_TRUE(archive.ok()) << archive.status();
  std::vector<Tensor> images = splitBatch(archive->tensors.at("input"));
  const Tensor &expected = archive->tensors.at("logits");

  auto interpreter = Interpreter::create(mainOf(**module));
  ASSERT_TRUE(mlir::succeeded(interpreter)) << diagnostics;
  auto start = std::chrono::steady_clock::now();
  auto results = interpretBatch(*interpreter, images);
  std::chrono::duration<double> elapsed =
      std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(mlir::succeeded(results)) << diagnostics;
  std::printf("%zu images in %.3f s\n", images.size(), elapsed.count());

  int64_t classes = expected.dim(1);
  const auto *all = expected.data<float>();
  float largest = 0;
  for (int64_t i = 0; i < expected.size(); ++i)
    largest = std::max(largest, std::abs(all[i]));
  for (size_t image = 0; image < images.size(); ++image) {
    const auto *logits = (*results)[image][0].data<float>();
    const auto *wanted = all + image * classes;
    for (int64_t i = 0; i < classes; ++i)
      ASSERT_NEAR(logits[i], wanted[i], std::min(1e-3f, 1e-4f * largest))
          << "image " << image;
    EXPECT_EQ(argmax(logits, classes), argmax(wanted, classes));
  }
}

TEST_F(Golden, Digits) { compareWithFramework("examples/digits/model"); }

class GoldenOfShared : public Golden,
                       public testing::WithParamInterface<const char *> {};

TEST_P(GoldenOfShared, Logits) {
  const char *shared = std::getenv("MIXQ_SHARED");
  if (!shared || !*shared)
    GTEST_SKIP() << "SKIPPED: ../shared is not present";
  compareWithFramework(std::string(shared) + "/" + GetParam());
}

/// "models/vit_digits" as a name.
std::string nameOf(const testing::TestParamInfo<const char *> &info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Small, GoldenOfShared,
                         testing::Values("golden/vit_cls_token",
                                         "golden/vit_avg_pool",
                                         "golden/deit_distilled",
                                         "golden/hf_vit",
                                         "models/deit_cifar10_distilled"),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Large, GoldenOfShared,
                         testing::Values("models/vit_tiny_tiny_imagenet"),
                         nameOf);

} // namespace
