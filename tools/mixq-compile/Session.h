//===- Session.h - An MLIR context with Status errors -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_SESSION_H
#define MIXQ_TOOLS_MIXQ_COMPILE_SESSION_H

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "frontend/Checkpoint.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"

#include <functional>
#include <string>

namespace mixq {

/// One run of the compiler. The drivers print one error line; so the first
/// diagnostic of a failing step, with the layer or op it is about, becomes the
/// message of the step's Status.
/// Sets options.imageSize from "384" or "384x256" (height, width), if not
/// empty.
absl::Status parseImageSize(const std::string &text,
                            CheckpointOptions &options);

class Session {
public:
  Session();

  mlir::MLIRContext &context() { return mlirContext; }

  /// MODEL: a checkpoint folder, a config.json with random weights, or a
  /// `.mlir` whose parameters lie beside it under the same name with
  /// `.safetensors`.
  absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>>
  load(const std::string &model, const CheckpointOptions &options);

  /// Writes `m.mlir` and `m.safetensors`.
  absl::Status save(mlir::ModuleOp module, const std::string &path);

  /// Runs a step that reports through diagnostics.
  absl::Status run(const std::function<mlir::LogicalResult()> &step);

  absl::Status
  runPasses(mlir::ModuleOp module,
            const std::function<void(mlir::OpPassManager &)> &build);

private:
  absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>>
  parse(const std::string &path);

  mlir::MLIRContext mlirContext;
  std::string firstError;
};

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_SESSION_H
