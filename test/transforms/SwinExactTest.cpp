//===- SwinExactTest.cpp - Swins, interpreter and code --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checkpoints of the frameworks give their logits, in the interpreter and
// compiled; quantized, compiled modules agree with the interpreter to the last
// bit. Models with random weights cover what those checkpoints have not.
//
//===----------------------------------------------------------------------===//

#include "ModelTest.h"

#include "analysis/Calibration.h"
#include "dialect/store/Safetensors.h"
#include "test/frontend/TinyModel.h"

#include <cmath>
#include <cstdlib>

using namespace mlir;
using namespace mixq;

namespace {

class SwinModel : public ModelTest {
protected:
  /// No step of the module only moves rows.
  void expectNoMoves() {
    graph->walk([](Operation *op) {
      EXPECT_FALSE(isa<RowMapOpInterface>(op))
          << op->getName().getStringRef().str();
    });
  }

  void expectSameBitsOnEveryTarget() {
    quantize();
    expectNoMoves();
    expectCompiledBits({1, 2, 3, 4});
  }

  void expectFloatAgrees(llvm::ArrayRef<Tensor> expected, float tolerance) {
    fuse();
    expectNoMoves();
    expectCompiled(expected, tolerance);
  }
};

//===----------------------------------------------------------------------===//
// Checkpoints of the frameworks
//===----------------------------------------------------------------------===//

class SwinGolden : public SwinModel,
                   public testing::WithParamInterface<const char *> {
protected:
  void SetUp() override {
    const char *shared = std::getenv("MIXQ_SHARED");
    if (!shared || !*shared)
      GTEST_SKIP() << "SKIPPED: ../shared is not present";
    std::string folder = std::string(shared) + "/" + GetParam();
    open(folder);
    auto archive = readSafetensors(folder + "/golden.safetensors");
    ASSERT_TRUE(archive.ok()) << archive.status();
    images = splitBatch(archive->tensors.at("input"));
    expected = splitBatch(archive->tensors.at("logits"));
  }

  std::vector<Tensor> expected;
};

/// 1e-4 of the largest logit, and 1e-3 at most.
TEST_P(SwinGolden, LogitsAreThoseOfTheFramework) {
  float largest = 0;
  for (const Tensor &logits : expected)
    for (int64_t i = 0; i < logits.size(); ++i)
      largest = std::max(largest, std::abs(logits.data<float>()[i]));
  float tolerance = std::min(1e-3f, 1e-4f * largest);
  for (auto [logits, golden] : llvm::zip_equal(interpreted(), expected))
    expectLogits(logits, golden, tolerance);
  expectFloatAgrees(expected, tolerance);
}

TEST_P(SwinGolden, QuantizedLogitsHaveTheBitsOfTheInterpreter) {
  images.resize(2);
  expectSameBitsOnEveryTarget();
}

INSTANTIATE_TEST_SUITE_P(Models, SwinGolden,
                         testing::Values("golden/swin_shift",
                                         "golden/swin_no_shift_last",
                                         "golden/hf_swin",
                                         "models/swin_cifar10"),
                         [](const auto &info) {
                           std::string name = info.param;
                           return name.substr(name.find('/') + 1);
                         });

//===----------------------------------------------------------------------===//
// Random weights
//===----------------------------------------------------------------------===//

struct Case {
  const char *name;
  int64_t height, width;
  const char *arguments; ///< of `model_args`
};

class SwinVariant : public SwinModel, public testing::WithParamInterface<Case> {
protected:
  void SetUp() override {
    const Case &c = GetParam();
    const std::string size =
        std::to_string(c.height) + ", " + std::to_string(c.width);
    open(test::TinyModel(
             "{\"architecture\": \"swin_tiny_patch4_window7_224\", "
             "\"num_classes\": 7, \"model_args\": {\"img_size\": [" +
             size + "], " + c.arguments +
             "}, \"pretrained_cfg\": {\"input_size\": [3, " + size + "]}}")
             .write());
    images = {randomTensor({3, c.height, c.width}, 1)};
  }
};

TEST_P(SwinVariant, QuantizedLogitsHaveTheBitsOfTheInterpreter) {
  expectSameBitsOnEveryTarget();
}

TEST_P(SwinVariant, HeadsWithScalesOfTheirOwnHaveTheBitsOfTheInterpreter) {
  quantize(QkvScale::Head);
  int64_t perHead = 0, manyHeads = 0;
  graph->walk([&](QAttentionOp op) {
    perHead += op.isPerHead();
    manyHeads += op.getHeads() > 1;
  });
  EXPECT_EQ(perHead, manyHeads);
  EXPECT_GT(perHead, 0);
  expectCompiledBits({2});
}

TEST_P(SwinVariant, FloatLogitsAreThoseOfTheInterpreter) {
  expectFloatAgrees(interpreted(), 2e-5f);
}

const Case kCases[] = {
    // 10 x 14 tokens in windows of 4: padded to 12 x 16 and shifted.
    {"PaddedRectangle", 20, 28,
     R"("patch_size": 2, "window_size": 4, "embed_dim": 24, "depths": [2, 1],
        "num_heads": [2, 3])"},
    // 5 x 5 tokens merge to 3 x 3; three blocks shift once.
    {"OddMapsOddDepths", 20, 20,
     R"("window_size": 3, "embed_dim": 16, "depths": [3, 2],
        "num_heads": [1, 2], "qkv_bias": false)"},
    // The window covers the height alone: shifts along the width alone.
    {"WindowCoversOneSide", 16, 32,
     R"("window_size": 4, "embed_dim": 20, "depths": [2], "num_heads": [2],
        "mlp_ratio": 2.5)"},
    {"AlwaysPartition", 12, 12,
     R"("window_size": 4, "embed_dim": 16, "depths": [2], "num_heads": [2],
        "head_dim": 12, "always_partition": true)"},
    {"WindowsOfStages", 32, 32,
     R"("window_size": [[2, 4], [3, 2], 5], "embed_dim": 16,
        "depths": [2, 2, 1], "num_heads": [2, 2, 4])"},
};
INSTANTIATE_TEST_SUITE_P(Models, SwinVariant, testing::ValuesIn(kCases),
                         [](const auto &info) { return info.param.name; });

} // namespace
