//===- Registration.h - Attaches the ops' models ----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_REGISTRATION_H
#define MIXQ_ANALYSIS_OPS_REGISTRATION_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mixq {

/// Attaches the models of EvaluateOpInterface and CostOpInterface to the ops of
/// the dialect when it is loaded.
void registerOpModels(mlir::DialectRegistry &registry);

} // namespace mixq

#endif // MIXQ_ANALYSIS_OPS_REGISTRATION_H
