//===- KernelHarness.h - Functions to modules -------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Takes functions of one image all the way to a loaded module, whatever they
// return: the runtime hands out "logits", so the module is given a signature
// under which these are the bytes of the result's buffer. Tests and benchmarks
// of single kernels share this.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_TRANSFORMS_KERNELHARNESS_H
#define MIXQ_TEST_TRANSFORMS_KERNELHARNESS_H

#include "dialect/store/Tensor.h"
#include "runtime/Module.h"
#include "transforms/codegen/Target.h"

#include "mlir/IR/BuiltinOps.h"

#include <memory>
#include <string>
#include <vector>

namespace mixq {

/// A compiled function, and how its result lies in the logits.
struct CompiledFunction {
  std::shared_ptr<const Module> module;
  Tensor shape; ///< zeros of the result's type and shape
  int64_t rows = 0, columnBytes = 0, rowBytes = 0;
};

/// Gives a context that has the mixq dialect all that compiling takes.
void loadKernelDialects(mlir::MLIRContext &context);

/// The file of a lowered module.
llvm::Expected<std::vector<uint8_t>> assembleModule(mlir::ModuleOp module,
                                                    const Target &target);

/// Compiles @main of a copy of `module`; all its ops have kernels. With a
/// kernel that tells the core's limit for u8 x s8, if that is asked for.
llvm::Expected<CompiledFunction> compileFunction(mlir::ModuleOp module,
                                                 const Target &target,
                                                 bool withRoof = false);

/// Targets of the table that this machine can run, AVX-VNNI in another
/// encoding if need be, and AMX emulated on AVX-512, slowly. Says which it
/// cannot.
std::vector<const Target *> runnableTargets(bool withEmulated = true);

/// To be called before a module of these targets runs, each time: LLVM takes
/// the signal that emulation needs for itself when it writes files.
void prepareToRun();

/// Text that binds `tensor` to `%name` in the body of a function.
std::string parameterText(mlir::MLIRContext &context, const std::string &name,
                          const Tensor &tensor, const std::string &elementType);

/// Text of @main. `%image` is its argument, `body` ends in the op that defines
/// `%result`.
std::string functionText(const std::string &imageType, const std::string &body,
                         const std::string &resultType);

/// "tensor<3x5xf32>"
std::string tensorType(llvm::ArrayRef<int64_t> shape,
                       const std::string &element);
inline constexpr const char *kU8 = "!mixq.q<u8>";
inline constexpr const char *kS8 = "!mixq.q<s8, axis = 0>";

/// An image for functions that read only parameters.
inline Tensor noImage() { return Tensor(DataType::F32, {1, 1, 1}); }
inline constexpr const char *kNoImageType = "tensor<1x1x1xf32>";

} // namespace mixq

#endif // MIXQ_TEST_TRANSFORMS_KERNELHARNESS_H
