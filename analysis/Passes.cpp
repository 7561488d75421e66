//===- Passes.cpp - Registers the analysis passes -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Passes.h"

#include "analysis/AnnotateCalibration/AnnotateCalibration.h"
#include "analysis/AnnotateCost/AnnotateCost.h"
#include "analysis/AnnotateRelevance/AnnotateRelevance.h"

void mixq::registerAnalysisPasses() {
  registerAnnotateCalibration();
  registerAnnotateCost();
  registerAnnotateRelevance();
}
