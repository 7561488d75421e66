//===- MixqDialect.h - The mixq dialect -------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_MIXQDIALECT_H
#define MIXQ_DIALECT_MIXQDIALECT_H

#include "dialect/store/ParameterStore.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mixq {

/// Whether `type` is a ranked tensor of static shape with positive extents and
/// fewer than 2^31 elements: constraint (D1) of the dialect.
bool hasSupportedShape(mlir::Type type);

} // namespace mixq

#include "dialect/MixqDialect.h.inc"
#include "dialect/MixqEnums.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialect/MixqTypes.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialect/MixqAttributes.h.inc"

#include "dialect/MixqInterfaces.h.inc"
#define GET_OP_CLASSES
#include "dialect/MixqOps.h.inc"

#endif // MIXQ_DIALECT_MIXQDIALECT_H
