//===- Bits.h - The bit-widths of a unit's operands -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_BITS_H
#define MIXQ_DIALECT_BITS_H

#include "dialect/MixqDialect.h"

namespace mixq {

/// On a unit: `array<i64: ...>`, the bits of its quantizable operands in their
/// order (CostOpInterface), activations before the weight.
inline constexpr llvm::StringLiteral kBitsAttr = "mixq.bits";

/// The bits of each quantizable operand of `unit`: 8 everywhere where it has no
/// `mixq.bits`. Emits a diagnostic where the attribute has another type or
/// length, or an entry that is not in [2, 8].
mlir::FailureOr<llvm::SmallVector<unsigned>> bitsOf(CostOpInterface unit);

} // namespace mixq

#endif // MIXQ_DIALECT_BITS_H
