//===- Lower.h - From a model to what is emitted ----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_LOWER_H
#define MIXQ_TOOLS_MIXQ_COMPILE_LOWER_H

#include "tools/mixq-compile/CompileFlags.h"
#include "tools/mixq-compile/Session.h"

namespace mixq {

/// What a float graph without bits cannot give.
absl::Status checkHasBits(mlir::ModuleOp module, const CompileOptions &options);

/// Calibrates, and makes the graph that computes in fp32 what its codes stand
/// for.
absl::Status quantizeGraph(Session &session, mlir::ModuleOp module,
                           const CompileOptions &options);

/// Graph to steps, calibrated where it has bits. A module that mixq-opt has
/// lowered already stays as it is.
absl::Status lowerToSteps(Session &session, mlir::ModuleOp module,
                          const CompileOptions &options);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_LOWER_H
