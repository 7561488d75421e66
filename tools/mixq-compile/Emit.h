//===- Emit.h - Writes what mixq compile was asked for ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_EMIT_H
#define MIXQ_TOOLS_MIXQ_COMPILE_EMIT_H

#include "tools/mixq-compile/CompileFlags.h"
#include "tools/mixq-compile/Session.h"

#include <string>

namespace mixq {

/// --emit quantized-graph and safetensors: quantizes the graph of `model` and
/// writes it, or its weights.
absl::Status emitQuantized(Session &session, mlir::ModuleOp module,
                           const std::string &model,
                           const CompileOptions &options);

/// The other kinds, of a lowered module.
absl::Status emitLowered(Session &session, mlir::ModuleOp module,
                         const CompileOptions &options);

/// What can be said of the output before any work.
absl::Status checkOutput(const CompileOptions &options);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_EMIT_H
