//===- FastSensitivity.h - Sensitivity estimated by a walk back -*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_FASTSENSITIVITY_H
#define MIXQ_ANALYSIS_FASTSENSITIVITY_H

#include "analysis/Sensitivity.h"

namespace mixq {

/// The quick counterpart of measureSensitivity(): the divergence to second
/// order (Fisher.h), from one walk back an image and the errors that the
/// quantizers of calibration make; weights are rounded to nearest. There is no
/// feature error, for which the divergence stands, and no agreement, for which
/// 1 does. `report` is called after each width is calibrated. Emits a
/// diagnostic on failure.
mlir::FailureOr<std::vector<OperandSensitivity>> estimateSensitivityFast(
    mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
    llvm::ArrayRef<unsigned> bits, unsigned threads,
    std::function<void(int64_t done, int64_t total)> report);

} // namespace mixq

#endif // MIXQ_ANALYSIS_FASTSENSITIVITY_H
