//===- ReparameterizeTest.cpp - The float network stays the same ----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/analysis/IrTest.h"

#include "analysis/Calibration.h"
#include "frontend/Import.h"
#include "transforms/CorrectBias/CorrectBias.h"
#include "transforms/Passes.h"
#include "transforms/Reparameterize/Reparameterize.h"

#include "mlir/Pass/PassManager.h"

#include <cmath>

using namespace mixq;

namespace {

class Digits : public IrTest {
protected:
  void SetUp() override {
    auto checkpoint = Checkpoint::open("examples/digits/model");
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    auto imported = importModel(context, *checkpoint);
    ASSERT_TRUE(imported.ok()) << imported.status();
    module = *std::move(imported);
    mlir::PassManager manager(&context);
    buildCleanupPipeline(manager);
    ASSERT_TRUE(mlir::succeeded(manager.run(*module)));
    auto type = mlir::cast<mlir::RankedTensorType>(
        mainOf(*module).getFunctionType().getInput(0));
    for (unsigned i = 0; i < 4; ++i)
      images.push_back(randomTensor(type.getShape().vec(), i + 1, -1, 1));
  }

  std::vector<float> logits() {
    auto interpreter = Interpreter::create(mainOf(*module));
    EXPECT_TRUE(mlir::succeeded(interpreter)) << diagnostics;
    std::vector<float> all;
    auto results = interpretBatch(*interpreter, images, 1);
    EXPECT_TRUE(mlir::succeeded(results)) << diagnostics;
    for (const auto &result : *results) {
      std::vector<float> values = valuesOf<float>(result[0]);
      all.insert(all.end(), values.begin(), values.end());
    }
    return all;
  }

  void expectSameLogits(double strength) {
    std::vector<float> before = logits();
    ReparameterizeConfig config;
    config.strength = strength;
    ASSERT_TRUE(mlir::succeeded(reparameterize(*module, images, config)))
        << diagnostics;
    std::vector<float> after = logits();
    ASSERT_EQ(before.size(), after.size());
    for (size_t i = 0; i < before.size(); ++i)
      EXPECT_NEAR(before[i], after[i], 1e-4) << i;
  }

  int countScaled() {
    int count = 0;
    module->walk([&](ParameterOp op) {
      count += op.getName() && op.getName()->ends_with(".scaled");
    });
    return count;
  }

  /// Weights of qkv, whose columns are scaled for the layer_norm before and
  /// whose rows for the attention behind.
  int countScaledTwice() {
    int count = 0;
    module->walk([&](ParameterOp op) {
      count += op.getName() && op.getName()->ends_with(".scaled.scaled");
    });
    return count;
  }

  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<Tensor> images;
};

TEST_F(Digits, SearchedScalingsKeepTheLogits) {
  expectSameLogits(-1);
  EXPECT_GT(countScaled(), 0);
}

TEST_F(Digits, FullScalingsKeepTheLogits) {
  expectSameLogits(1);
  EXPECT_GT(countScaled(), 0);
  EXPECT_GT(countScaledTwice(), 0);
}

TEST_F(Digits, CorrectedBiasesMoveTheLogitsLittle) {
  std::vector<float> before = logits();
  ASSERT_TRUE(mlir::succeeded(annotateCalibration(*module, images)));
  ASSERT_TRUE(mlir::succeeded(correctBias(*module, images))) << diagnostics;
  std::vector<float> after = logits();
  EXPECT_NE(before, after);
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_NEAR(before[i], after[i], 0.5) << i;
}

TEST_F(Digits, BiasCorrectionNeedsCalibration) {
  EXPECT_TRUE(mlir::failed(correctBias(*module, images)));
  EXPECT_THAT(diagnostics, testing::HasSubstr("expects `mixq.activations`"));
}

} // namespace
