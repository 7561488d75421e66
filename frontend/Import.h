//===- Import.h - Checkpoints to graph IR -----------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_IMPORT_H
#define MIXQ_FRONTEND_IMPORT_H

#include "absl/status/statusor.h"
#include "frontend/Checkpoint.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace mixq {

/// Builds the graph level of a model, op for op as its framework computes it:
/// `func.func @main(tensor<CxHxWxf32>) -> tensor<1xNxf32>`, one
/// preprocessed image to the logits of N classes. Its parameters go into the
/// context's ParameterStore under their names in the checkpoint (the class
/// token and the position embedding without their batch dimension). The module
/// carries `mixq.model`, `mixq.preprocessing`, `mixq.provenance` and, where the
/// checkpoint has them, `mixq.class_names`. The result is verified; an error
/// holds the verifier's diagnostic.
absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>>
importModel(mlir::MLIRContext &context, const Checkpoint &checkpoint);

} // namespace mixq

#endif // MIXQ_FRONTEND_IMPORT_H
