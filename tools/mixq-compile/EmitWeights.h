//===- EmitWeights.h - Dequantized weights as a checkpoint ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_EMITWEIGHTS_H
#define MIXQ_TOOLS_MIXQ_COMPILE_EMITWEIGHTS_H

#include "tools/mixq-compile/Session.h"

#include <string>

namespace mixq {

/// Writes what the weights of `quantized` stand for under the names that the
/// float graph `original` has for them. Where `model` is a checkpoint folder,
/// the shapes are those of its model.safetensors, and what the graph does not
/// use is copied from there.
absl::Status emitWeights(Session &session, mlir::ModuleOp original,
                         mlir::ModuleOp quantized, const std::string &model,
                         const std::string &output);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_EMITWEIGHTS_H
