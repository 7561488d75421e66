//===- AssignBits.h - The pass that gives units bit-widths ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_ASSIGNBITS_H
#define MIXQ_TRANSFORMS_ASSIGNBITS_H

#include "analysis/plan/Plan.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mixq {
#define GEN_PASS_DECL
#include "transforms/AssignBits/AssignBits.h.inc"
#define GEN_PASS_REGISTRATION
#include "transforms/AssignBits/AssignBits.h.inc"

} // namespace mixq

#endif // MIXQ_TRANSFORMS_ASSIGNBITS_H
