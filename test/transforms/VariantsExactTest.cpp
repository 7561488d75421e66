//===- VariantsExactTest.cpp - ViT's variants, compiled -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Small models with made-up weights, each with something that the digits model
// has not: compiled for every target they agree with the interpreter, to the
// last bit where they are quantized.
//
//===----------------------------------------------------------------------===//

#include "CodegenTest.h"

#include "analysis/Calibration.h"
#include "frontend/Import.h"
#include "test/frontend/TinyModel.h"
#include "transforms/Fuse/Fuse.h"
#include "transforms/Quantize/Quantize.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include <cstring>

using namespace mlir;
using namespace mixq;

namespace {

struct Case {
  const char *name;
  const char *architecture;
  const char *arguments; ///< of `model_args`
};

class Variant : public CodegenTest, public testing::WithParamInterface<Case> {
protected:
  void SetUp() override {
    const std::string config =
        std::string("{\"architecture\": \"") + GetParam().architecture +
        "\", \"num_classes\": 7, \"model_args\": {\"img_size\": 16, "
        "\"patch_size\": 4, \"depth\": 2, " +
        GetParam().arguments + "}}";
    auto checkpoint = Checkpoint::open(test::TinyModel(config).write());
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    auto imported = importModel(context, *checkpoint);
    ASSERT_TRUE(imported.ok()) << imported.status();
    graph = *std::move(imported);
    images = {randomTensor({3, 16, 16}, 1), randomTensor({3, 16, 16}, 2)};
  }

  void runPasses(llvm::function_ref<void(OpPassManager &)> add) {
    PassManager manager(&context);
    add(manager.nest<func::FuncOp>());
    ASSERT_TRUE(succeeded(manager.run(*graph))) << diagnostics;
  }

  Tensor interpreted(const Tensor &image) {
    auto interpreter = Interpreter::create(mainOf(*graph));
    EXPECT_TRUE(succeeded(interpreter)) << diagnostics;
    return (*interpreter->run(image))[0];
  }

  OwningOpRef<ModuleOp> graph;
  std::vector<Tensor> images;
};

TEST_P(Variant, QuantizedLogitsHaveTheBitsOfTheInterpreter) {
  CalibrationOptions options;
  options.method = CalibrationMethod::MinMax;
  runPasses([](OpPassManager &manager) {
    manager.addPass(createCanonicalizerPass());
  });
  ASSERT_TRUE(succeeded(annotateCalibration(*graph, images, options)))
      << diagnostics;
  runPasses([](OpPassManager &manager) {
    manager.addPass(createQuantize());
    manager.addPass(createFuse());
    manager.addPass(createCanonicalizerPass());
  });
  for (const Target *target : runnableTargets()) {
    CompiledFunction compiled = compile(*graph, *target);
    for (const Tensor &image : images) {
      Tensor expected = interpreted(image);
      for (int threads : {1, 2}) {
        Tensor logits = execute(compiled, image, threads, 1);
        ASSERT_EQ(logits.bytes(), expected.bytes());
        EXPECT_EQ(std::memcmp(logits.raw(), expected.raw(), expected.bytes()),
                  0)
            << target->name.str() << ", " << threads << " threads";
      }
    }
  }
}

TEST_P(Variant, FloatLogitsAreThoseOfTheInterpreter) {
  std::vector<Tensor> expected;
  for (const Tensor &image : images)
    expected.push_back(interpreted(image));
  runPasses([](OpPassManager &manager) {
    manager.addPass(createCanonicalizerPass());
    manager.addPass(createFuse());
    manager.addPass(createCanonicalizerPass());
  });
  for (const Target *target : runnableTargets()) {
    CompiledFunction compiled = compile(*graph, *target);
    for (size_t i = 0; i < images.size(); ++i) {
      Tensor logits = execute(compiled, images[i], 2, 1);
      for (int64_t j = 0; j < logits.size(); ++j)
        EXPECT_NEAR(logits.data<float>()[j], expected[i].data<float>()[j], 1e-5)
            << target->name.str();
    }
  }
}

const Case kCases[] = {
    {"Distilled", "deit_tiny_distilled_patch16_224",
     R"("embed_dim": 48, "num_heads": 3)"},
    {"Deit3", "deit3_small_patch16_224", R"("embed_dim": 48, "num_heads": 3)"},
    {"Registers", "vit_tiny_patch16_224",
     R"("embed_dim": 32, "num_heads": 2, "reg_tokens": 3)"},
    {"AveragePool", "vit_tiny_patch16_224",
     R"("embed_dim": 40, "num_heads": 2, "class_token": false,
        "global_pool": "avg")"},
    {"AveragePoolOfAll", "vit_tiny_patch16_224",
     R"("embed_dim": 32, "num_heads": 2, "global_pool": "avg",
        "pool_include_prefix": true, "fc_norm": false)"},
    {"QkNorm", "vit_tiny_patch16_224",
     R"("embed_dim": 48, "num_heads": 3, "qk_norm": true)"},
    {"QkNormOfOddHeads", "vit_tiny_patch16_224",
     R"("embed_dim": 40, "num_heads": 2, "qk_norm": true, "qkv_bias": false)"},
    {"PreNorm", "vit_base_patch16_clip_224",
     R"("embed_dim": 48, "num_heads": 3)"},
    {"GeluTanh", "vit_tiny_patch16_224",
     R"("embed_dim": 48, "num_heads": 3, "act_layer": "gelu_tanh")"},
    {"OddWidths", "vit_tiny_patch16_224",
     R"("embed_dim": 35, "num_heads": 5, "mlp_ratio": 3.1)"},
    {"NoBiasesNoPositions", "vit_tiny_patch16_224",
     R"("embed_dim": 32, "num_heads": 2, "qkv_bias": false,
        "proj_bias": false, "pos_embed": "none", "final_norm": false)"},
};
INSTANTIATE_TEST_SUITE_P(Models, Variant, testing::ValuesIn(kCases),
                         [](const auto &info) { return info.param.name; });

} // namespace
