//===- ImageArchive.h - Images from a safetensors archive -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_IMAGEARCHIVE_H
#define MIXQ_ANALYSIS_IMAGEARCHIVE_H

#include "dialect/store/Tensor.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace mixq {

/// The tensor `input` [N, C, H, W], fp32, of an archive as N images: what the
/// option images= of a pass names. Emits a diagnostic on failure.
mlir::FailureOr<std::vector<Tensor>> readImageArchive(mlir::ModuleOp module,
                                                      const std::string &path);

} // namespace mixq

#endif // MIXQ_ANALYSIS_IMAGEARCHIVE_H
