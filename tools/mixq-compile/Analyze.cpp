//===- Analyze.cpp - Measures what a plan is made from --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Analyze.h"

#include "absl/strings/str_cat.h"
#include "analysis/FastSensitivity.h"
#include "analysis/OperandRanges.h"
#include "analysis/RelevanceScores.h"
#include "analysis/Views.h"
#include "analysis/plan/ModelUnits.h"
#include "tools/Progress.h"
#include "transforms/Reparameterize/Reparameterize.h"

#include <chrono>
#include <map>

using namespace mlir;

namespace mixq {
namespace {

const char *nameOf(SensitivityBaseline baseline) {
  return baseline == SensitivityBaseline::Float ? "float" : "w8a8";
}

/// One hash over those of the images.
std::string hashOf(const std::vector<Tensor> &images) {
  std::vector<int64_t> hashes;
  for (const Tensor &image : images)
    hashes.push_back(static_cast<int64_t>(image.hash()));
  const int64_t count = hashes.size();
  return formatHash(Tensor::of<int64_t>({count}, hashes).hash());
}

absl::Status addRanges(Session &session, ModuleOp module,
                       const std::vector<Tensor> &images,
                       const AnalyzeOptions &options, Analysis &analysis) {
  return session.run([&]() -> LogicalResult {
    auto ranges = measureRanges(module, images, options.threads);
    if (failed(ranges))
      return failure();
    for (size_t u = 0; u < ranges->size(); ++u)
      for (size_t i = 0; i < (*ranges)[u].size(); ++i)
        analysis.units[u].operands[i].range = (*ranges)[u][i];
    return success();
  });
}

void recordRelevance(const RelevanceReport &report, Analysis &analysis) {
  for (RelevanceScore score : kRelevanceScores) {
    const std::vector<double> shares =
        relevanceScores(report, score, /*byType=*/false);
    for (size_t u = 0; u < shares.size(); ++u)
      analysis.units[u].relevance[nameOf(score).str()] = shares[u];
  }
  auto itemsOf = [](const std::vector<RelevanceAmount> &amounts) {
    std::vector<RelevanceItem> items;
    for (const RelevanceAmount &amount : amounts)
      items.push_back({amount.name, amount.relevance});
    return items;
  };
  analysis.conservation.clear();
  for (const UnitRelevance &unit : report.units)
    analysis.conservation.push_back(
        {unit.unit, unit.total, unit.totalAbsolute});
  analysis.relevanceEnds = itemsOf(report.ends);
  analysis.relevanceLosses = itemsOf(report.losses);
}

/// On the graph as it was trained, not as it is folded.
absl::Status addRelevance(Session &session, ModuleOp module,
                          const std::vector<Tensor> &images,
                          const AnalyzeOptions &options, Analysis &analysis) {
  if (!analysis.conservation.empty())
    return absl::OkStatus();
  Progress progress("propagating relevance", "images", images.size());
  RelevanceOptions propagate;
  propagate.targets = options.classes;
  propagate.threads = options.threads;
  propagate.progress = [&](int64_t done, int64_t) { progress.update(done); };
  return session.run([&]() -> LogicalResult {
    auto report = measureRelevance(module, images, propagate);
    if (failed(report))
      return failure();
    recordRelevance(*report, analysis);
    return success();
  });
}

/// Files measurements under their units, and keeps the file of them fresh.
class SensitivityRecorder {
public:
  SensitivityRecorder(const AnalyzeOptions &options, Analysis &analysis)
      : options(options), analysis(analysis) {
    for (size_t u = 0; u < analysis.units.size(); ++u)
      index[analysis.model.units[u].name] = u;
    knownCount = known().size();
  }

  void add(const OperandSensitivity &measured) {
    analysis.units[index.at(measured.unit)]
        .operands[measured.operand]
        .sensitivity[measured.bits] = {
        measured.divergence, measured.featureError, measured.agreement};
  }

  void report(const OperandSensitivity &measured, int64_t done, int64_t total) {
    add(measured);
    if (!progress) {
      progress = std::make_unique<Progress>("measuring sensitivity",
                                            "measurements", total);
      progress->skip(knownCount);
    }
    progress->update(done);
    const auto now = Clock::now();
    if (!options.keep || now - kept < std::chrono::seconds(10))
      return;
    kept = now;
    if (status.ok())
      status = options.keep(analysis);
  }

  /// What is in the analysis, as measureSensitivity() takes it.
  std::vector<OperandSensitivity> known() const {
    std::vector<OperandSensitivity> result;
    for (size_t u = 0; u < analysis.units.size(); ++u)
      for (size_t i = 0; i < analysis.units[u].operands.size(); ++i)
        for (const auto &[bits, point] :
             analysis.units[u].operands[i].sensitivity)
          result.push_back({analysis.model.units[u].name,
                            static_cast<unsigned>(i), bits, point.divergence,
                            point.featureError, point.agreement});
    return result;
  }

  absl::Status status; ///< the first failure to keep what is known

private:
  using Clock = std::chrono::steady_clock;

  const AnalyzeOptions &options;
  Analysis &analysis;
  std::map<std::string, size_t> index;
  std::unique_ptr<Progress> progress;
  int64_t knownCount = 0;
  Clock::time_point kept = Clock::now();
};

/// The graph with its ranges folded into weights as they will be when it is
/// quantized. The bits were only for this: what is measured has its own.
absl::Status fold(Session &session, ModuleOp module,
                  const std::vector<Tensor> &images,
                  const AnalyzeOptions &options, const ModelUnits &model) {
  absl::StatusOr<Pins> pins = parsePins(model, "w8a8", "");
  if (!pins.ok())
    return pins.status();
  auto bits = uniformAssignment(model, options.foldAt, *pins);
  if (!bits.ok())
    return bits.status();
  writeBits(module, *bits);
  ReparameterizeConfig config;
  config.threads = options.threads;
  absl::Status status =
      session.run([&] { return reparameterize(module, images, config); });
  for (CostOpInterface unit : findUnits(module))
    unit->removeAttr(kBitsAttr);
  return status;
}

void recordJoint(const std::vector<JointSensitivity> &joint,
                 Analysis &analysis) {
  analysis.joint.clear();
  for (const JointSensitivity &measured : joint)
    analysis.joint.push_back({measured.isWeight, measured.bits,
                              measured.divergence, measured.divergenceSum,
                              measured.featureError, measured.featureErrorSum});
}

/// Whether everything that measureExactly() would measure is there.
bool isMeasured(const Analysis &analysis, const std::vector<unsigned> &bits) {
  for (const UnitResults &unit : analysis.units)
    for (const OperandResults &operand : unit.operands)
      for (unsigned width : bits)
        if (!operand.sensitivity.count(width))
          return false;
  return !analysis.joint.empty();
}

SensitivityOptions sensitivityOptions(const std::vector<Tensor> &images,
                                      const AnalyzeOptions &options) {
  SensitivityOptions result;
  result.bits = options.bits;
  result.baseline = options.baseline;
  result.threads = options.threads;
  if (options.views)
    result.subjects = makeViews(images, options.seed);
  return result;
}

absl::Status measureExactly(Session &session, ModuleOp folded,
                            const std::vector<Tensor> &images,
                            const AnalyzeOptions &options, Analysis &analysis) {
  if (isMeasured(analysis, options.bits))
    return absl::OkStatus();
  SensitivityRecorder recorder(options, analysis);
  SensitivityOptions measure = sensitivityOptions(images, options);
  measure.known = recorder.known();
  measure.progress = [&](const OperandSensitivity &measured, int64_t done,
                         int64_t total) {
    recorder.report(measured, done, total);
  };
  absl::Status status = session.run([&]() -> LogicalResult {
    auto measured = measureSensitivity(folded, images, measure);
    if (failed(measured))
      return failure();
    recordJoint(measured->joint, analysis);
    return success();
  });
  return status.ok() ? recorder.status : status;
}

absl::Status estimate(Session &session, ModuleOp folded,
                      const std::vector<Tensor> &images,
                      const AnalyzeOptions &options, Analysis &analysis) {
  SensitivityRecorder recorder(options, analysis);
  Progress progress("choosing codes", "units", analysis.units.size());
  return session.run([&]() -> LogicalResult {
    auto estimates = estimateSensitivityFast(
        folded, images, sensitivityOptions(images, options),
        [&](int64_t done, int64_t) { progress.update(done); });
    if (failed(estimates))
      return failure();
    for (const OperandSensitivity &estimated : *estimates)
      recorder.add(estimated);
    return success();
  });
}

absl::Status addSensitivity(Session &session, ModuleOp module,
                            const std::vector<Tensor> &images,
                            const AnalyzeOptions &options, Analysis &analysis) {
  OwningOpRef<ModuleOp> folded = module.clone();
  absl::Status status = fold(session, *folded, images, options, analysis.model);
  if (!status.ok())
    return status;
  return options.fast
             ? estimate(session, *folded, images, options, analysis)
             : measureExactly(session, *folded, images, options, analysis);
}

/// "exact, baseline w8a8, folded at w4a4, on views".
std::string describeMode(const Analysis &analysis) {
  return absl::StrCat(analysis.sensitivityMode, ", baseline ",
                      analysis.baseline, ", folded at ", analysis.foldedAt,
                      ", on ", analysis.measuredOn);
}

} // namespace

absl::StatusOr<Analysis> beginAnalysis(Session &session, ModuleOp module,
                                       const std::vector<Tensor> &images,
                                       const AnalyzeOptions &options) {
  Analysis analysis;
  absl::Status status = session.run([&]() -> LogicalResult {
    FailureOr<ModelUnits> model = describeUnits(module);
    if (failed(model))
      return failure();
    const int64_t count = images.size();
    analysis =
        makeAnalysis(*std::move(model), {count, options.seed, hashOf(images)});
    return success();
  });
  if (!status.ok())
    return status;
  analysis.sensitivityMode = options.fast ? "fisher" : "exact";
  analysis.baseline = nameOf(options.baseline);
  analysis.foldedAt = nameOf(options.foldAt);
  analysis.measuredOn = options.views ? "views" : "images";
  analysis.relevanceOf = options.classes.empty() ? "predicted" : "label";
  return analysis;
}

absl::Status checkContinues(const Analysis &known, const Analysis &analysis,
                            const std::string &source) {
  absl::Status status = checkModel(known, analysis.model.model, source);
  if (!status.ok())
    return status;
  auto differs = [&](absl::string_view what) {
    return absl::FailedPreconditionError(
        absl::StrCat(source, ": the analysis cannot be continued: ", what,
                     ". Without --resume it is written anew"));
  };
  if (!(known.calibration == analysis.calibration))
    return differs(absl::StrCat(
        "it has ", known.calibration.images, " calibration images with hash ",
        known.calibration.hash, ", these are ", analysis.calibration.images,
        " with ", analysis.calibration.hash));
  if (known.sensitivityMode != analysis.sensitivityMode ||
      known.baseline != analysis.baseline ||
      known.foldedAt != analysis.foldedAt ||
      known.measuredOn != analysis.measuredOn)
    return differs(absl::StrCat("its sensitivity is ", describeMode(known),
                                ", asked for is ", describeMode(analysis)));
  if (known.relevanceOf != analysis.relevanceOf)
    return differs(absl::StrCat("its relevance is of the class '",
                                known.relevanceOf, "', asked for is '",
                                analysis.relevanceOf, "'"));
  return absl::OkStatus();
}

absl::Status analyze(Session &session, ModuleOp module,
                     const std::vector<Tensor> &images,
                     const AnalyzeOptions &options, Analysis &analysis) {
  absl::Status status = addRanges(session, module, images, options, analysis);
  if (status.ok())
    status = addRelevance(session, module, images, options, analysis);
  if (status.ok())
    status = addSensitivity(session, module, images, options, analysis);
  return status;
}

} // namespace mixq
