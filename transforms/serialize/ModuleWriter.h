//===- ModuleWriter.h - The .mixq file of a lowered module ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_SERIALIZE_MODULEWRITER_H
#define MIXQ_TRANSFORMS_SERIALIZE_MODULEWRITER_H

#include "transforms/native/Native.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace mixq {

/// The bytes of a `.mixq` module: the steps, layers, signature, preprocessing
/// and class names of `module` (after `mixq-lower-to-kernels`), its constants
/// and the linked code. They have passed the runtime's own verifier. Equal
/// input gives equal bytes.
mlir::FailureOr<std::vector<uint8_t>>
writeModule(mlir::ModuleOp module, const Target &target, const CodeImage &code);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_SERIALIZE_MODULEWRITER_H
