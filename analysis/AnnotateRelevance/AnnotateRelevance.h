//===- AnnotateRelevance.h - Writes how much units matter -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ANNOTATERELEVANCE_ANNOTATERELEVANCE_H
#define MIXQ_ANALYSIS_ANNOTATERELEVANCE_ANNOTATERELEVANCE_H

#include "analysis/RelevanceScores.h"

#include "mlir/Pass/Pass.h"

namespace mixq {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "analysis/AnnotateRelevance/AnnotateRelevance.h.inc"

} // namespace mixq

#endif // MIXQ_ANALYSIS_ANNOTATERELEVANCE_ANNOTATERELEVANCE_H
