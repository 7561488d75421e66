//===- RelevanceScores.h - How much each unit matters -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_RELEVANCESCORES_H
#define MIXQ_ANALYSIS_RELEVANCESCORES_H

#include "analysis/Relevance.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <string>
#include <vector>

namespace mixq {

/// On a unit, f64: its share of the relevance of all units, the sum of which
/// is 1.
inline constexpr llvm::StringLiteral kRelevanceAttr = "mixq.relevance";

/// The relevance R at a unit's output, summed over its elements: means over the
/// images.
struct UnitRelevance {
  std::string unit;
  double sum = 0;              ///< sum R
  double positive = 0;         ///< sum max(R, 0)
  double absolute = 0;         ///< sum |R|
  double gradientWeighted = 0; ///< sum max(gradient of the logit * R, 0)
  /// Of all values that are on their way where the unit's output is complete,
  /// with what parameters have kept so far: the start, but for losses.
  double total = 0;
  double totalAbsolute = 0; ///< sum |R| of those
};

/// An amount of relevance and what has it, a mean over the images.
struct RelevanceAmount {
  std::string name;
  double relevance = 0;
};

struct RelevanceReport {
  int64_t images = 0;
  std::vector<UnitRelevance> units; ///< in the order of the graph
  /// Where relevance ends: the image, and parameters that are added to tokens.
  std::vector<RelevanceAmount> ends;
  /// What divisions lose, by op, and where values are used several times:
  /// epsilon, and denominators of 0. (Biases take nothing.) With the ends the
  /// sum is the start, 1.
  std::vector<RelevanceAmount> losses;
};

struct RelevanceOptions {
  /// The class to explain, for each image; the predicted one where empty.
  std::vector<int64_t> targets;
  unsigned threads = 0; ///< 0: as many as the machine has
  /// Called, one thread at a time, when `done` of `total` images are through.
  std::function<void(int64_t done, int64_t total)> progress;
};

/// The class that is explained for an image: that of the options, or the
/// predicted one.
mlir::FailureOr<int64_t> explainedClass(const Tape &tape,
                                        const RelevanceOptions &options,
                                        int64_t image);

/// An interpreter of `@main`, which takes one image. Emits a diagnostic where
/// there is no such function or no image.
mlir::FailureOr<Interpreter> prepareBackward(mlir::ModuleOp module,
                                             llvm::ArrayRef<Tensor> images,
                                             DataType precision);

/// Propagates relevance through `@main`, a float graph, on fp32 images. Does
/// not depend on `threads`. Emits a diagnostic on failure.
mlir::FailureOr<RelevanceReport>
measureRelevance(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
                 const RelevanceOptions &options = {});

/// A table for people: sum R, sum |R| and the total at every unit, where the
/// relevance ended, and what was lost where.
std::string describeConservation(const RelevanceReport &report);

enum class RelevanceScore { Positive, Absolute, GradientWeighted, Signed };

/// "positive", "absolute", "gradient", "signed": as options and files name
/// them.
llvm::StringRef nameOf(RelevanceScore score);
inline constexpr RelevanceScore kRelevanceScores[] = {
    RelevanceScore::Positive, RelevanceScore::Absolute,
    RelevanceScore::GradientWeighted, RelevanceScore::Signed};

/// One number a unit, in the order of the report, whose absolute values add up
/// to 1 (all 0 where there is no relevance). `byType` first divides by the mean
/// absolute value over the units of one type (qkv, fc1, ...).
std::vector<double> relevanceScores(const RelevanceReport &report,
                                    RelevanceScore score, bool byType = true);

/// Sets `mixq.relevance` on the units of `@main`, in the order of the report.
void annotateRelevance(mlir::ModuleOp module, llvm::ArrayRef<double> scores);

} // namespace mixq

#endif // MIXQ_ANALYSIS_RELEVANCESCORES_H
