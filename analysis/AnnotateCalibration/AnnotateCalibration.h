//===- AnnotateCalibration.h - Chooses activation quantizers ----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ANNOTATECALIBRATION_ANNOTATECALIBRATION_H
#define MIXQ_ANALYSIS_ANNOTATECALIBRATION_ANNOTATECALIBRATION_H

#include "analysis/Calibration.h"

#include "mlir/Pass/Pass.h"

namespace mixq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "analysis/AnnotateCalibration/AnnotateCalibration.h.inc"

} // namespace mixq

#endif // MIXQ_ANALYSIS_ANNOTATECALIBRATION_ANNOTATECALIBRATION_H
