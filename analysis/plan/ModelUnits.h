//===- ModelUnits.h - The units of a graph ----------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_PLAN_MODELUNITS_H
#define MIXQ_ANALYSIS_PLAN_MODELUNITS_H

#include "analysis/plan/Precision.h"
#include "analysis/plan/Units.h"
#include "dialect/Bits.h"
#include "dialect/MixqDialect.h"

#include "mlir/IR/BuiltinOps.h"

namespace mixq {

/// The units of `@main`, in order. Emits a diagnostic where two have one name,
/// or one has other than two operands with widths.
mlir::FailureOr<ModelUnits> describeUnits(mlir::ModuleOp module);

/// XXH3 of the ops of `@main` in order: their names, types, inherent
/// attributes, operands and the values of their parameters, and of
/// `mixq.preprocessing`. Analysis results and names of parameters have no part
/// in it. Emits a diagnostic for a parameter that has no value.
mlir::FailureOr<std::string> hashModel(mlir::ModuleOp module);

/// The ops of the units, in the same order.
llvm::SmallVector<CostOpInterface> findUnits(mlir::ModuleOp module);

/// The name of a unit, or "" for an op that is none.
llvm::StringRef unitName(mlir::Operation *op);

/// The widths of the units that have `mixq.bits`. Emits a diagnostic where they
/// are not one width in [2, 8] for each operand.
mlir::FailureOr<Pins> readBits(mlir::ModuleOp module);

/// Sets `mixq.bits` on all units.
void writeBits(mlir::ModuleOp module, const Assignment &bits);

} // namespace mixq

#endif // MIXQ_ANALYSIS_PLAN_MODELUNITS_H
