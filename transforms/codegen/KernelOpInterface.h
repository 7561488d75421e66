//===- KernelOpInterface.h - Ops that become kernels ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_KERNELOPINTERFACE_H
#define MIXQ_TRANSFORMS_CODEGEN_KERNELOPINTERFACE_H

#include "mlir/IR/OpDefinition.h"

namespace mixq {
class LoweringContext;

/// Attaches the kernel models of all ops that have one.
void registerKernelModels(mlir::DialectRegistry &registry);
} // namespace mixq

#include "transforms/codegen/KernelOpInterface.h.inc"

#endif // MIXQ_TRANSFORMS_CODEGEN_KERNELOPINTERFACE_H
