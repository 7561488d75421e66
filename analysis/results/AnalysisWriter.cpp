//===- AnalysisWriter.cpp - An analysis as JSON ---------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/plan/JsonText.h"
#include "analysis/results/AnalysisFile.h"
#include "analysis/results/Names.h"

#include "absl/strings/str_cat.h"

using nlohmann::ordered_json;

namespace mixq {
namespace {

ordered_json writeOperand(const Unit &unit, size_t index,
                          const OperandResults &results) {
  ordered_json entry;
  entry["role"] = roleOf(unit, index);
  entry["tensor"] = unit.operands[index].tensor;
  if (results.range)
    entry["range"] = {results.range->least, results.range->most};
  for (const auto &[bits, point] : results.sensitivity)
    entry["sensitivity"][std::to_string(bits)] = {
        {"kl", point.divergence},
        {"feature_error", point.featureError},
        {"agreement", point.agreement}};
  return entry;
}

/// The entry up to its operands, which follow a line each.
std::string writeUnit(const Unit &unit, const UnitResults &results) {
  ordered_json entry;
  entry["name"] = unit.name;
  entry["kind"] = unit.kind;
  entry["parameters"] = unit.parameters;
  entry["macs"] = unit.macs;
  if (unit.boundary != Boundary::None)
    entry["boundary"] = kBoundaryNames[static_cast<int>(unit.boundary)];
  if (!results.relevance.empty())
    entry["relevance"] = results.relevance;
  std::string text = jsonLine(entry);
  text.back() = ','; // was the closing brace
  absl::StrAppend(&text, "\n   \"operands\": [");
  for (size_t i = 0; i < unit.operands.size(); ++i)
    absl::StrAppend(&text, i ? ",\n    " : "\n    ",
                    jsonLine(writeOperand(unit, i, results.operands[i])));
  return absl::StrCat(text, "]}");
}

ordered_json writeItems(const std::vector<RelevanceItem> &items) {
  ordered_json list = ordered_json::array();
  for (const RelevanceItem &item : items)
    list.push_back({{"name", item.name}, {"relevance", item.relevance}});
  return list;
}

/// How the sensitivity was measured, and the joint effects.
std::string writeMode(const Analysis &analysis) {
  std::string text = absl::StrCat(
      "{\"mode\": ", ordered_json(analysis.sensitivityMode).dump(),
      ", \"baseline\": ", ordered_json(analysis.baseline).dump(),
      ", \"folded_at\": ", ordered_json(analysis.foldedAt).dump(),
      ", \"measured_on\": ", ordered_json(analysis.measuredOn).dump(),
      ", \"relevance_of\": ", ordered_json(analysis.relevanceOf).dump(),
      ", \"joint\": [");
  const char *separator = "\n  ";
  for (const JointPoint &point : analysis.joint) {
    absl::StrAppend(
        &text, separator,
        jsonLine({{"operands", point.isWeight ? "weights" : "activations"},
                  {"bits", point.bits},
                  {"kl", point.divergence},
                  {"kl_sum", point.divergenceSum},
                  {"feature_error", point.featureError},
                  {"feature_error_sum", point.featureErrorSum}}));
    separator = ",\n  ";
  }
  return absl::StrCat(text, "]}");
}

/// Where relevance went, a unit a line.
std::string writeConservation(const Analysis &analysis) {
  std::string text = "{\"units\": [";
  const char *separator = "\n  ";
  for (const ConservationPoint &point : analysis.conservation) {
    absl::StrAppend(&text, separator,
                    jsonLine({{"layer", point.layer},
                              {"sum", point.sum},
                              {"absolute_sum", point.absoluteSum}}));
    separator = ",\n  ";
  }
  return absl::StrCat(
      text, "],\n  \"ends\": ", jsonLine(writeItems(analysis.relevanceEnds)),
      ",\n  \"losses\": ", jsonLine(writeItems(analysis.relevanceLosses)), "}");
}

} // namespace

std::string writeAnalysis(const Analysis &analysis) {
  const ModelId &model = analysis.model.model;
  const CalibrationSet &calibration = analysis.calibration;
  std::string text = absl::StrCat(
      "{\"format\": \"", kAnalysisFormat, "\", \"version\": ", kAnalysisVersion,
      ",\n \"model\": ", jsonLine({{"name", model.name}, {"hash", model.hash}}),
      ",\n \"calibration\": ",
      jsonLine({{"images", calibration.images},
                {"seed", calibration.seed},
                {"hash", calibration.hash}}),
      ",\n \"sensitivity\": ", writeMode(analysis),
      ",\n \"conservation\": ", writeConservation(analysis),
      ",\n \"units\": [");
  const char *separator = "\n  ";
  for (size_t u = 0; u < analysis.units.size(); ++u) {
    absl::StrAppend(&text, separator,
                    writeUnit(analysis.model.units[u], analysis.units[u]));
    separator = ",\n  ";
  }
  return absl::StrCat(text, "]}\n");
}

} // namespace mixq
