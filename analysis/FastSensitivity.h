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

/// The quick counterpart of measureSensitivity() with the float baseline: the
/// divergence to second order (Fisher.h), from one walk back a subject and the
/// errors of the codes that the compiler would choose, the biases left as they
/// are. There is no feature error, for which the divergence stands, and no
/// agreement, for which 1 does. Of the options only widths, threads and
/// subjects count. `report` is called after the codes of each unit are chosen.
/// Emits a diagnostic on failure.
mlir::FailureOr<std::vector<OperandSensitivity>> estimateSensitivityFast(
    mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
    const SensitivityOptions &options,
    llvm::function_ref<void(int64_t done, int64_t total)> report);

} // namespace mixq

#endif // MIXQ_ANALYSIS_FASTSENSITIVITY_H
