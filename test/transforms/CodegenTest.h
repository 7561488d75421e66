//===- CodegenTest.h - Compiles textual IR and runs it ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The fixture of tests that compare compiled kernels with the interpreter.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_TRANSFORMS_CODEGENTEST_H
#define MIXQ_TEST_TRANSFORMS_CODEGENTEST_H

#include "runtime/Context.h"
#include "test/analysis/IrTest.h"
#include "test/transforms/KernelHarness.h"

namespace mixq {

class CodegenTest : public IrTest {
protected:
  CodegenTest();

  /// Binds `tensor` to `%name`; text for the body of a function.
  std::string parameter(const std::string &name, const Tensor &tensor,
                        const std::string &elementType);

  /// See functionText().
  static std::string function(const std::string &imageType,
                              const std::string &body,
                              const std::string &resultType);

  /// The file of a lowered module.
  static std::vector<uint8_t> assemble(mlir::ModuleOp module,
                                       const Target &target);

  /// Compiles @main of a copy of `module`; all its ops have kernels.
  CompiledFunction compile(mlir::ModuleOp module, const Target &target);

  /// Results of `batch` copies of an image, which must be the same.
  Tensor execute(const CompiledFunction &function, const Tensor &image,
                 int threads, int batch);

  /// The interpreter's result, and that all of `targets` return its bits with
  /// one and with two threads.
  void expectSameBits(
      const std::string &text, const Tensor &image,
      const std::vector<const Target *> &targets = runnableTargets());
  /// The same to a tolerance, for fp32.
  void expectNear(const std::string &text, const Tensor &image,
                  float tolerance);

private:
  using Comparison =
      llvm::function_ref<void(const Tensor &expected, const Tensor &got)>;
  void compareTargets(const std::string &text, const Tensor &image,
                      const std::vector<const Target *> &targets,
                      Comparison compare);
};

} // namespace mixq

#endif // MIXQ_TEST_TRANSFORMS_CODEGENTEST_H
