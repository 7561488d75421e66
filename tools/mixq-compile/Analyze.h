//===- Analyze.h - Measures what a plan is made from ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_ANALYZE_H
#define MIXQ_TOOLS_MIXQ_COMPILE_ANALYZE_H

#include "analysis/Sensitivity.h"
#include "analysis/plan/Precision.h"
#include "analysis/results/AnalysisFile.h"
#include "tools/mixq-compile/Session.h"

#include <functional>
#include <vector>

namespace mixq {

struct AnalyzeOptions {
  std::vector<unsigned> bits = {2, 3, 4, 5, 6, 7};
  bool fast = false; ///< estimate the sensitivity (FastSensitivity.h)
  SensitivityBaseline baseline = SensitivityBaseline::Float;
  /// Widths for which ranges are folded into weights before anything is
  /// measured: those that the plan will be near.
  WidthPair foldAt{4, 4};
  /// Measure on views of the images (Views.h), not on themselves.
  bool views = true;
  /// The class of each image that its relevance starts from; the predicted one
  /// where empty.
  std::vector<int64_t> classes;
  int64_t seed = 0; ///< that the images were drawn with
  unsigned threads = 0;
  /// Called with what is known now and then, so that it can be kept.
  std::function<absl::Status(const Analysis &)> keep;
};

/// The results that are to be had of a clean float graph, as yet none.
absl::StatusOr<Analysis> beginAnalysis(Session &session, mlir::ModuleOp module,
                                       const std::vector<Tensor> &images,
                                       const AnalyzeOptions &options);

/// An error where `known` is not the beginning of `analysis`: of another model,
/// other images or another baseline.
absl::Status checkContinues(const Analysis &known, const Analysis &analysis,
                            const std::string &source);

/// Measures ranges, relevance and sensitivity, but what is there already.
absl::Status analyze(Session &session, mlir::ModuleOp module,
                     const std::vector<Tensor> &images,
                     const AnalyzeOptions &options, Analysis &analysis);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_ANALYZE_H
