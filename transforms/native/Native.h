//===- Native.h - From kernels to machine code ------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Takes a module after `mixq-lower-to-kernels` through the LLVM dialect, LLVM
// and lld to one ELF image without relocations, imports or writable data.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_NATIVE_NATIVE_H
#define MIXQ_TRANSFORMS_NATIVE_NATIVE_H

#include "transforms/codegen/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace mixq {

/// Registers what translation to LLVM IR needs.
void registerNativeTranslation(mlir::DialectRegistry &registry);

/// The kernels of `module`, optimised for `target`. `module` keeps its steps
/// and loses nothing: the kernels are cloned first.
llvm::Expected<std::unique_ptr<llvm::Module>>
emitLlvm(mlir::ModuleOp module, const Target &target,
         llvm::LLVMContext &context);

/// A relocatable object file.
llvm::Expected<std::vector<uint8_t>> emitObject(llvm::Module &module,
                                                const Target &target);

/// The linked image of an object file. File offsets equal addresses.
struct CodeImage {
  std::vector<uint8_t> bytes;
  llvm::StringMap<uint64_t> offsets; ///< of every kernel
};
llvm::Expected<CodeImage> linkImage(const std::vector<uint8_t> &object);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_NATIVE_NATIVE_H
