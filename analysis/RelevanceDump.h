//===- RelevanceDump.h - Relevance at every unit, to look at ----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_RELEVANCEDUMP_H
#define MIXQ_ANALYSIS_RELEVANCEDUMP_H

#include "analysis/RelevanceScores.h"
#include "dialect/store/Safetensors.h"

namespace mixq {

/// The relevance of fp32 images, one image after the other, as fp32 tensors
/// whose first dimension is the image:
///   U.output                  at the output of unit U
///   U.input                   at its input; .input0 and .input1 for a product
///                             of activations
///   blocks.N.input, .output   at the borders of a block
///   target                    the class that was explained
/// A value of one row loses that dimension: `head.output` is [N, classes].
/// Emits a diagnostic on failure.
mlir::FailureOr<Archive> dumpRelevance(mlir::ModuleOp module,
                                       llvm::ArrayRef<Tensor> images,
                                       const RelevanceOptions &options = {});

} // namespace mixq

#endif // MIXQ_ANALYSIS_RELEVANCEDUMP_H
