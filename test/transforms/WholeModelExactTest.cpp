//===- WholeModelExactTest.cpp - A quantized model, interpreter and code --===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The logits of a quantized module are the interpreter's, bit for bit: on every
// target, with any number of threads, in any batch.
//
//===----------------------------------------------------------------------===//

#include "CodegenTest.h"

#include "analysis/Calibration.h"
#include "dialect/store/Safetensors.h"
#include "frontend/Import.h"
#include "transforms/CorrectBias/CorrectBias.h"
#include "transforms/Fuse/Fuse.h"
#include "transforms/Passes.h"
#include "transforms/Quantize/Quantize.h"
#include "transforms/Reparameterize/Reparameterize.h"

#include "mlir/Pass/PassManager.h"

#include <cstring>

using namespace mlir;
using namespace mixq;

namespace {

constexpr const char *kModel = "examples/digits/model";

class WholeModel : public CodegenTest {
protected:
  void SetUp() override {
    auto archive = readSafetensors(std::string(kModel) + "/golden.safetensors");
    ASSERT_TRUE(archive.ok()) << archive.status();
    batch = archive->tensors.at("input");
    auto checkpoint = Checkpoint::open(kModel);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    auto imported = importModel(context, *checkpoint);
    ASSERT_TRUE(imported.ok()) << imported.status();
    graph = *std::move(imported);
  }

  /// As the driver does it, but with fixed rules instead of searched ones.
  void calibrate() {
    ReparameterizeConfig config;
    config.strength = 0.5;
    ASSERT_TRUE(succeeded(reparameterize(*graph, splitBatch(batch), config)))
        << diagnostics;
    CalibrationOptions options;
    options.method = CalibrationMethod::MinMax;
    ASSERT_TRUE(
        succeeded(annotateCalibration(*graph, splitBatch(batch), options)))
        << diagnostics;
    ASSERT_TRUE(succeeded(correctBias(*graph, splitBatch(batch))))
        << diagnostics;
  }

  OwningOpRef<ModuleOp>
  transformed(llvm::function_ref<void(OpPassManager &)> build) {
    OwningOpRef<ModuleOp> module = graph->clone();
    PassManager manager(&context);
    build(manager);
    EXPECT_TRUE(succeeded(manager.run(*module))) << diagnostics;
    return module;
  }

  OwningOpRef<ModuleOp> fused() {
    return transformed([](OpPassManager &manager) {
      manager.addNestedPass<func::FuncOp>(createQuantize());
      manager.addNestedPass<func::FuncOp>(createFuse());
    });
  }

  /// All logits, from the interpreter.
  std::vector<float> interpreted(ModuleOp module) {
    auto interpreter = Interpreter::create(mainOf(module));
    std::vector<float> logits;
    if (failed(interpreter))
      return logits;
    auto rows = interpretBatch(*interpreter, splitBatch(batch));
    if (failed(rows))
      return logits;
    for (const auto &row : *rows)
      logits.insert(logits.end(), row[0].data<float>(),
                    row[0].data<float>() + row[0].size());
    return logits;
  }

  std::shared_ptr<const Module> compiledFor(const Target &target) {
    auto lowered = transformed([&](OpPassManager &manager) {
      buildW8A8Pipeline(manager, target.name.str());
    });
    auto module = Module::fromMemory(assemble(*lowered, target));
    EXPECT_TRUE(module.ok()) << module.status() << diagnostics;
    return module.ok() ? *std::move(module) : nullptr;
  }

  /// All logits, `count` images a run.
  std::vector<float> run(std::shared_ptr<const Module> module, int threads,
                         int count) {
    auto runner = Context::create(module, {threads, count, false});
    EXPECT_TRUE(runner.ok()) << runner.status();
    size_t pixels = module->inputElements(), classes = module->outputElements();
    std::vector<float> logits(batch.dim(0) * classes);
    for (int64_t first = 0; runner.ok() && first < batch.dim(0); first += count)
      EXPECT_TRUE(
          (*runner)
              ->run({batch.data<float>() + first * pixels, count * pixels},
                    count,
                    absl::MakeSpan(&logits[first * classes], count * classes))
              .ok());
    return logits;
  }

  Tensor batch; ///< 16 golden images
  OwningOpRef<ModuleOp> graph;
};

TEST_F(WholeModel, LogitsHaveTheBitsOfTheInterpreter) {
  calibrate();
  OwningOpRef<ModuleOp> module = fused();
  std::vector<float> expected = interpreted(*module);
  ASSERT_EQ(expected.size(), static_cast<size_t>(16 * 10)) << diagnostics;
  for (const Target *target : runnableTargets()) {
    auto compiled = compiledFor(*target);
    ASSERT_NE(compiled, nullptr);
    for (int threads : {1, 2, 3, 4})
      for (int count : {1, 2, 4, 8}) {
        std::vector<float> logits = run(compiled, threads, count);
        EXPECT_EQ(std::memcmp(logits.data(), expected.data(),
                              expected.size() * sizeof(float)),
                  0)
            << target->name.str() << ", " << threads << " threads, batch "
            << count;
      }
  }
}

TEST_F(WholeModel, ReparameterizingKeepsTheFloatNetwork) {
  std::vector<float> before = interpreted(*graph);
  OwningOpRef<ModuleOp> original = graph->clone();
  for (double strength : {1.0, -1.0}) {
    graph = original->clone();
    ReparameterizeConfig config;
    config.strength = strength;
    ASSERT_TRUE(succeeded(reparameterize(*graph, splitBatch(batch), config)))
        << diagnostics;
    std::vector<float> after = interpreted(*graph);
    ASSERT_EQ(after.size(), before.size());
    EXPECT_NE(after, before) << "nothing was moved";
    for (size_t i = 0; i < before.size(); ++i)
      EXPECT_NEAR(after[i], before[i], 1e-3) << i;
  }
}

TEST_F(WholeModel, EqualInputGivesEqualBytes) {
  calibrate();
  const Target &target = allTargets().back();
  auto file = [&] {
    return assemble(*transformed([&](OpPassManager &manager) {
      buildW8A8Pipeline(manager, target.name.str());
    }),
                    target);
  };
  std::vector<uint8_t> first = file();
  EXPECT_FALSE(first.empty()) << diagnostics;
  EXPECT_EQ(first, file());
}

} // namespace
