//===- Passes.h - Registers the analysis passes -----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_PASSES_H
#define MIXQ_ANALYSIS_PASSES_H

namespace mixq {

/// Makes the annotating passes known to pass pipelines.
void registerAnalysisPasses();

} // namespace mixq

#endif // MIXQ_ANALYSIS_PASSES_H
