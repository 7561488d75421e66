//===- Roof.h - Kernels that measure a core's limit -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `mixq bench --profile` states each step's share of what the core can compute
// at most with the target's instructions. A kernel of these instructions on
// registers alone, in the module itself, tells how much that is on the spot.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_ROOF_H
#define MIXQ_TRANSFORMS_CODEGEN_ROOF_H

#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/Tile.h"

namespace mixq {

/// Multiplications of one task of a roof kernel (docs/format.md): a multiple of
/// what one round over a target's tile of accumulators computes.
constexpr int64_t kRoofMacs = 3 << 20;

/// Multiplications of one round: every accumulator of the tile once.
int64_t roofMacsOfARound(const Target &target, ProductType type);

/// Adds the kernel for products of `type`, if the module has none yet.
void addRoofKernel(LoweringContext &context, mlir::Location loc,
                   ProductType type);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_ROOF_H
