//===- AnalysisFile.h - What was measured of units, as JSON -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_RESULTS_ANALYSISFILE_H
#define MIXQ_ANALYSIS_RESULTS_ANALYSISFILE_H

#include "analysis/plan/Units.h"

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mixq {

/// The images that everything was measured on.
struct CalibrationSet {
  int64_t images = 0;
  int64_t seed = 0;
  std::string hash; ///< of the preprocessed images, sixteen digits

  bool operator==(const CalibrationSet &other) const {
    return images == other.images && seed == other.seed && hash == other.hash;
  }
};

/// What b bits of one operand do to the output (analysis/Sensitivity.h).
struct SensitivityPoint {
  double divergence = 0;   ///< mean KL from the baseline's logits, in nats
  double featureError = 0; ///< mean squared error of the head's input
  double agreement = 0;    ///< share of images with the same first class
};

/// All activations, or all weights, of the inner units at one width, beside the
/// sums of what they did one by one.
struct JointPoint {
  bool isWeight = false;
  unsigned bits = 0;
  double divergence = 0, divergenceSum = 0;
  double featureError = 0, featureErrorSum = 0;
};

struct Extremes {
  double least = 0, most = 0;
};

struct OperandResults {
  std::optional<Extremes> range;
  std::map<unsigned, SensitivityPoint> sensitivity; ///< by bits
};

struct UnitResults {
  std::vector<OperandResults> operands;
  std::map<std::string, double> relevance; ///< by variant of the score
};

/// The relevance of all that is alive after an op, mean over the images.
struct ConservationPoint {
  std::string layer;
  double sum = 0;         ///< 1 where nothing was lost
  double absoluteSum = 0; ///< sum of |R|
};

/// An amount of relevance and what has it, mean over the images.
struct RelevanceItem {
  std::string name;
  double relevance = 0;
};

struct Analysis {
  ModelUnits model;
  CalibrationSet calibration;
  std::string sensitivityMode; ///< "exact" or "fisher"; "" without any
  std::string baseline;        ///< "w8a8" or "float"; "" without any
  std::string foldedAt;        ///< "w4a4": what the graph was folded for
  std::string measuredOn;      ///< "views" or "images"; "" without any
  /// "predicted" or "label": the class that relevance starts from.
  std::string relevanceOf = "predicted";
  std::vector<JointPoint> joint;
  std::vector<UnitResults> units; ///< one for each of the model's
  std::vector<ConservationPoint> conservation;
  std::vector<RelevanceItem> relevanceEnds;   ///< the image, parameters
  std::vector<RelevanceItem> relevanceLosses; ///< what divisions lose
};

/// Results for these units, of which there are none yet.
Analysis makeAnalysis(ModelUnits model, CalibrationSet calibration);

/// The analysis as JSON, an operand a line: format "mixq-analysis", of
/// kAnalysisVersion.
std::string writeAnalysis(const Analysis &analysis);

/// Reads an analysis. What is measured may be incomplete, but nothing that is
/// there may be malformed or unknown; errors name the entry.
absl::StatusOr<Analysis> parseAnalysis(absl::string_view text,
                                       const std::string &source);
absl::StatusOr<Analysis> readAnalysis(const std::string &path);

/// An error that names both where the analysis is of another model.
absl::Status checkModel(const Analysis &analysis, const ModelId &model,
                        const std::string &source);

} // namespace mixq

#endif // MIXQ_ANALYSIS_RESULTS_ANALYSISFILE_H
