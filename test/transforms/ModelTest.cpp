//===- ModelTest.cpp - Compiles a checkpoint and runs it ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelTest.h"

#include "frontend/Import.h"
#include "transforms/Fuse/Fuse.h"
#include "transforms/Quantize/Quantize.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include <cstring>

using namespace mlir;

namespace mixq {

void ModelTest::open(const std::string &folder) {
  auto checkpoint = Checkpoint::open(folder);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  auto imported = importModel(context, *checkpoint);
  ASSERT_TRUE(imported.ok()) << imported.status();
  graph = *std::move(imported);
  // Modules of tests have 64 outputs.
  graph->getOperation()->removeAttr("mixq.class_names");
}

void ModelTest::runPasses(llvm::function_ref<void(OpPassManager &)> add) {
  PassManager manager(&context);
  add(manager.nest<func::FuncOp>());
  ASSERT_TRUE(succeeded(manager.run(*graph))) << diagnostics;
}

void ModelTest::fuse() {
  runPasses([](OpPassManager &manager) {
    manager.addPass(createCanonicalizerPass());
    manager.addPass(createFuse());
    manager.addPass(createCanonicalizerPass());
  });
}

LogicalResult ModelTest::calibrate(QkvScale qkvScale) {
  CalibrationOptions options;
  options.method = CalibrationMethod::MinMax;
  options.qkvScale = qkvScale;
  runPasses([](OpPassManager &manager) {
    manager.addPass(createCanonicalizerPass());
  });
  return annotateCalibration(*graph, images, options);
}

void ModelTest::quantize(QkvScale qkvScale) {
  ASSERT_TRUE(succeeded(calibrate(qkvScale))) << diagnostics;
  runPasses([](OpPassManager &manager) {
    manager.addPass(createQuantize());
    manager.addPass(createFuse());
    manager.addPass(createCanonicalizerPass());
  });
}

std::vector<Tensor> ModelTest::interpreted() {
  auto interpreter = Interpreter::create(mainOf(*graph));
  EXPECT_TRUE(succeeded(interpreter)) << diagnostics;
  std::vector<Tensor> logits;
  for (const Tensor &image : images)
    logits.push_back((*interpreter->run(image))[0]);
  return logits;
}

void ModelTest::expectCompiledBits(llvm::ArrayRef<int> threads) {
  const std::vector<Tensor> expected = interpreted();
  for (const Target *target : runnableTargets()) {
    CompiledFunction compiled = compile(*graph, *target);
    for (auto [image, logits] : llvm::zip_equal(images, expected))
      for (int count : threads) {
        Tensor got = execute(compiled, image, count, 1);
        ASSERT_EQ(got.bytes(), logits.bytes());
        EXPECT_EQ(std::memcmp(got.raw(), logits.raw(), logits.bytes()), 0)
            << target->name.str() << ", " << count << " threads";
      }
  }
}

void ModelTest::expectCompiled(llvm::ArrayRef<Tensor> expected,
                               float tolerance) {
  for (const Target *target : runnableTargets()) {
    SCOPED_TRACE(target->name.str());
    CompiledFunction compiled = compile(*graph, *target);
    for (auto [image, logits] : llvm::zip_equal(images, expected))
      expectLogits(execute(compiled, image, 2, 1), logits, tolerance);
  }
}

void ModelTest::expectLogits(const Tensor &logits, const Tensor &expected,
                             float tolerance) {
  ASSERT_EQ(logits.size(), expected.size());
  for (int64_t i = 0; i < logits.size(); ++i)
    ASSERT_NEAR(logits.data<float>()[i], expected.data<float>()[i], tolerance)
        << i;
}

} // namespace mixq
