//===- Quantize.h - The pass of this folder ---------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_QUANTIZE_H
#define MIXQ_TRANSFORMS_QUANTIZE_H

#include "mlir/Pass/Pass.h"

namespace mixq {

/// What attention probabilities are coded relative to.
enum class SoftmaxScale { Tensor, Row };

#define GEN_PASS_DECL
#include "transforms/Quantize/Quantize.h.inc"
#define GEN_PASS_REGISTRATION
#include "transforms/Quantize/Quantize.h.inc"
} // namespace mixq

#endif // MIXQ_TRANSFORMS_QUANTIZE_H
