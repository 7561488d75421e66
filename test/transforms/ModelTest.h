//===- ModelTest.h - Compiles a checkpoint and runs it ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_TRANSFORMS_MODELTEST_H
#define MIXQ_TEST_TRANSFORMS_MODELTEST_H

#include "analysis/Calibration.h"
#include "test/transforms/CodegenTest.h"

namespace mixq {

class ModelTest : public CodegenTest {
protected:
  /// Imports a checkpoint.
  void open(const std::string &folder);

  /// Makes kernels of the float graph.
  void fuse();
  /// Chooses quantizers by the extremes on `images`.
  mlir::LogicalResult calibrate(QkvScale qkvScale);
  /// Calibrates, and makes kernels of the quantized graph.
  void quantize(QkvScale qkvScale = QkvScale::Tensor);

  /// The logits of every image, from the interpreter.
  std::vector<Tensor> interpreted();

  /// Every target returns the interpreter's bits, with any of these threads.
  void expectCompiledBits(llvm::ArrayRef<int> threads);
  /// Every target returns `expected`, one tensor an image, to a tolerance.
  void expectCompiled(llvm::ArrayRef<Tensor> expected, float tolerance);
  static void expectLogits(const Tensor &logits, const Tensor &expected,
                           float tolerance);

  mlir::OwningOpRef<mlir::ModuleOp> graph;
  std::vector<Tensor> images;

private:
  void runPasses(llvm::function_ref<void(mlir::OpPassManager &)> add);
};

} // namespace mixq

#endif // MIXQ_TEST_TRANSFORMS_MODELTEST_H
