//===- CodegenTest.h - Compiles textual IR and runs it ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Takes functions of one image all the way to a loaded module, whatever they
// return: the runtime hands out "logits", so the module is given a signature
// under which these are the bytes of the result's buffer.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_TRANSFORMS_CODEGENTEST_H
#define MIXQ_TEST_TRANSFORMS_CODEGENTEST_H

#include "runtime/Context.h"
#include "test/analysis/IrTest.h"
#include "transforms/codegen/Target.h"

namespace mixq {

/// A compiled function, and how its result lies in the logits.
struct CompiledFunction {
  std::shared_ptr<const Module> module;
  Tensor shape; ///< zeros of the result's type and shape
  int64_t rows = 0, columnBytes = 0, rowBytes = 0;
};

class CodegenTest : public IrTest {
protected:
  CodegenTest();

  /// Binds `tensor` to `%name`; text for the body of a function.
  std::string parameter(const std::string &name, const Tensor &tensor,
                        const std::string &elementType);

  /// `%image` is the function's argument, `body` ends in the op that defines
  /// `%result`.
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

  /// Targets of the table that this machine can run, AVX-VNNI in another
  /// encoding if need be. Says which it cannot.
  static std::vector<const Target *> runnableTargets();

  /// The interpreter's result, and that all targets return its bits with one
  /// and with two threads.
  void expectSameBits(const std::string &text, const Tensor &image);
  /// The same to a tolerance, for fp32.
  void expectNear(const std::string &text, const Tensor &image,
                  float tolerance);

private:
  using Comparison =
      llvm::function_ref<void(const Tensor &expected, const Tensor &got)>;
  void compareTargets(const std::string &text, const Tensor &image,
                      Comparison compare);
};

/// An image for functions that read only parameters.
inline Tensor noImage() { return Tensor(DataType::F32, {1, 1, 1}); }
inline constexpr const char *kNoImageType = "tensor<1x1x1xf32>";

/// "tensor<3x5xf32>"
std::string tensorType(llvm::ArrayRef<int64_t> shape,
                       const std::string &element);
inline constexpr const char *kU8 = "!mixq.q<u8>";
inline constexpr const char *kS8 = "!mixq.q<s8, axis = 0>";

} // namespace mixq

#endif // MIXQ_TEST_TRANSFORMS_CODEGENTEST_H
