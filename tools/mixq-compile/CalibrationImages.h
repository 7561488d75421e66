//===- CalibrationImages.h - Calibration images as tensors ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_CALIBRATIONIMAGES_H
#define MIXQ_TOOLS_MIXQ_COMPILE_CALIBRATIONIMAGES_H

#include "absl/status/statusor.h"
#include "dialect/store/Tensor.h"
#include "runtime/image/Preprocess.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace mixq {

/// How images become inputs of @main, by `mixq.preprocessing`.
absl::StatusOr<InputSpec> inputSpecOf(mlir::ModuleOp module);

/// `count` images of a folder, drawn with `seed`, preprocessed as `module`
/// says: tensors of @main's input type. An error if the folder has fewer.
absl::StatusOr<std::vector<Tensor>>
readCalibrationImages(mlir::ModuleOp module, const std::string &directory,
                      int64_t count, uint64_t seed);

/// The class indices of the same images. An error if the folder has no labels.
absl::StatusOr<std::vector<int64_t>>
readCalibrationLabels(const std::string &directory, int64_t count,
                      uint64_t seed);

/// Uniform noise in [-1, 1): what a model with random weights is calibrated on.
absl::StatusOr<std::vector<Tensor>>
makeSyntheticImages(mlir::ModuleOp module, int64_t count, uint64_t seed);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_CALIBRATIONIMAGES_H
