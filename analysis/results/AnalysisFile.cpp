//===- AnalysisFile.cpp - What was measured of units, as JSON -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/results/AnalysisFile.h"

#include "analysis/results/Names.h"
#include "dialect/store/Json.h"
#include "dialect/store/JsonFields.h"

#include "absl/strings/str_cat.h"

#include <limits>

using nlohmann::json;

namespace mixq {
namespace {

constexpr double kMost = std::numeric_limits<double>::max();
/// (D1) of the dialect: no tensor has more elements.
constexpr int64_t kMaxParameters = (int64_t(1) << 31) - 1;
/// Then no sum of bits or BitOps over a model's units leaves int64.
constexpr int64_t kMaxMacs = int64_t(1) << 46;
constexpr size_t kMaxUnits = 1024;

/// A text of sixteen hexadecimal digits.
std::string readHash(JsonFields &fields) {
  const std::string hash = fields.requireText("hash");
  const bool isHash =
      hash.size() == 16 &&
      hash.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (fields.error().ok() && !isHash)
    fields.fail("hash", "sixteen hexadecimal digits", hash);
  return hash;
}

std::optional<Extremes> readRange(JsonFields &fields) {
  if (!fields.find("range"))
    return std::nullopt;
  const std::vector<double> values = fields.numbers("range", {0, 0});
  return Extremes{values[0], values[1]};
}

SensitivityPoint readPoint(JsonFields fields, JsonFields &parent) {
  SensitivityPoint point;
  point.divergence = fields.requireNumber("kl", 0, kMost);
  point.featureError = fields.requireNumber("feature_error", 0, kMost);
  point.agreement = fields.requireNumber("agreement", 0, 1);
  parent.fail(fields.finish());
  return point;
}

std::map<unsigned, SensitivityPoint> readSensitivity(JsonFields &fields) {
  std::map<unsigned, SensitivityPoint> points;
  const json *object = fields.find("sensitivity");
  if (!object)
    return points;
  JsonFields nested = fields.nested("sensitivity");
  for (unsigned bits = kMinBits; bits <= kMaxBits; ++bits)
    if (nested.find(std::to_string(bits)))
      points[bits] = readPoint(nested.nested(std::to_string(bits)), nested);
  fields.fail(nested.finish());
  return points;
}

std::map<std::string, double> readRelevance(JsonFields &fields) {
  std::map<std::string, double> scores;
  const json *object = fields.find("relevance");
  if (!object)
    return scores;
  JsonFields nested = fields.nested("relevance");
  if (object->is_object())
    for (const auto &item : object->items())
      scores[item.key()] = nested.number(item.key(), 0, -kMost, kMost);
  fields.fail(nested.finish());
  return scores;
}

Boundary readBoundary(JsonFields &fields) {
  if (!fields.find("boundary"))
    return Boundary::None;
  const std::string text = fields.requireText("boundary");
  if (text == kBoundaryNames[1])
    return Boundary::Input;
  if (text != kBoundaryNames[2])
    fields.fail("boundary", "\"input\" or \"output\"", text);
  return Boundary::Output;
}

void readOperand(JsonFields &fields, Unit &unit, UnitResults &results) {
  const std::string role = fields.requireText("role");
  unit.operands.push_back(
      {fields.requireInteger("tensor", 0, INT64_MAX), role == "weight"});
  OperandResults &operand = results.operands.emplace_back();
  operand.range = readRange(fields);
  operand.sensitivity = readSensitivity(fields);
}

/// Two operands: an activation and a weight, or the sides of a product.
void checkOperands(JsonFields &fields, const Unit &unit) {
  const json *operands = fields.find("operands");
  bool isValid = unit.operands.size() == 2;
  for (size_t i = 0; isValid && i < unit.operands.size(); ++i)
    isValid = (*operands)[i]["role"] == roleOf(unit, i);
  if (!isValid)
    fields.fail("operands",
                "two, with roles activation and weight, or lhs and rhs",
                *operands);
  if (unit.hasWeight() != (unit.parameters > 0))
    fields.fail("parameters", "a positive number exactly with a weight",
                unit.parameters);
}

void readUnit(JsonFields &fields, Analysis &analysis) {
  Unit unit;
  UnitResults results;
  unit.name = fields.requireText("name");
  unit.kind = fields.requireText("kind");
  unit.parameters = fields.requireInteger("parameters", 0, kMaxParameters);
  unit.macs = fields.requireInteger("macs", 0, kMaxMacs);
  unit.boundary = readBoundary(fields);
  results.relevance = readRelevance(fields);
  fields.requireObjects("operands", "role", [&](JsonFields &operand) {
    readOperand(operand, unit, results);
  });
  if (fields.error().ok())
    checkOperands(fields, unit);
  if (analysis.model.find(unit.name))
    fields.fail("name", "each unit once", unit.name);
  if (analysis.units.size() == kMaxUnits)
    fields.fail("name", absl::StrCat("at most ", kMaxUnits, " units"),
                unit.name);
  analysis.model.units.push_back(std::move(unit));
  analysis.units.push_back(std::move(results));
}

void readModel(JsonFields fields, JsonFields &parent, ModelId &model) {
  model.name = fields.requireText("name");
  model.hash = readHash(fields);
  parent.fail(fields.finish());
}

void readCalibration(JsonFields fields, JsonFields &parent,
                     CalibrationSet &calibration) {
  calibration.images = fields.requireInteger("images", 1, INT32_MAX);
  calibration.seed = fields.requireInteger("seed", 0, INT64_MAX);
  calibration.hash = readHash(fields);
  parent.fail(fields.finish());
}

std::vector<JointPoint> readJoint(JsonFields &fields) {
  std::vector<JointPoint> joint;
  fields.requireObjects("joint", "operands", [&](JsonFields &point) {
    JointPoint read;
    read.isWeight =
        point.choice("operands", R"(["activations", "weights"])") == "weights";
    read.bits = point.requireInteger("bits", kMinBits, kMaxBits);
    read.divergence = point.requireNumber("kl", 0, kMost);
    read.divergenceSum = point.requireNumber("kl_sum", 0, kMost);
    read.featureError = point.requireNumber("feature_error", 0, kMost);
    read.featureErrorSum = point.requireNumber("feature_error_sum", 0, kMost);
    joint.push_back(read);
  });
  return joint;
}

void readMode(JsonFields fields, JsonFields &parent, Analysis &analysis) {
  analysis.sensitivityMode =
      fields.choice("mode", R"(["exact", "fisher", ""])", "")
          .get<std::string>();
  analysis.baseline = fields.choice("baseline", R"(["w8a8", "float", ""])", "")
                          .get<std::string>();
  analysis.foldedAt = fields.requireText("folded_at");
  analysis.measuredOn =
      fields.choice("measured_on", R"(["views", "images", ""])", "")
          .get<std::string>();
  analysis.relevanceOf =
      fields.choice("relevance_of", R"(["predicted", "label"])", "predicted")
          .get<std::string>();
  analysis.joint = readJoint(fields);
  parent.fail(fields.finish());
}

std::vector<RelevanceItem> readItems(JsonFields &fields, const char *key) {
  std::vector<RelevanceItem> items;
  fields.requireObjects(key, "name", [&](JsonFields &item) {
    items.push_back({item.requireText("name"),
                     item.requireNumber("relevance", -kMost, kMost)});
  });
  return items;
}

void readConservation(JsonFields fields, JsonFields &parent,
                      Analysis &analysis) {
  fields.requireObjects("units", "layer", [&](JsonFields &point) {
    analysis.conservation.push_back(
        {point.requireText("layer"), point.requireNumber("sum", -kMost, kMost),
         point.requireNumber("absolute_sum", 0, kMost)});
  });
  analysis.relevanceEnds = readItems(fields, "ends");
  analysis.relevanceLosses = readItems(fields, "losses");
  parent.fail(fields.finish());
}

absl::StatusOr<Analysis> parse(const json &document,
                               const std::string &source) {
  Analysis analysis;
  JsonFields fields(document, source);
  if (std::string format = fields.requireText("format");
      format != kAnalysisFormat)
    fields.fail("format", absl::StrCat("\"", kAnalysisFormat, "\""), format);
  fields.requireInteger("version", kAnalysisVersion, kAnalysisVersion);
  if (fields.require("model"))
    readModel(fields.nested("model"), fields, analysis.model.model);
  if (fields.require("calibration"))
    readCalibration(fields.nested("calibration"), fields, analysis.calibration);
  if (fields.require("sensitivity"))
    readMode(fields.nested("sensitivity"), fields, analysis);
  if (fields.require("conservation"))
    readConservation(fields.nested("conservation"), fields, analysis);
  fields.requireObjects("units", "name",
                        [&](JsonFields &unit) { readUnit(unit, analysis); });
  if (absl::Status status = fields.finish(); !status.ok())
    return status;
  return analysis;
}

} // namespace

Analysis makeAnalysis(ModelUnits model, CalibrationSet calibration) {
  Analysis analysis;
  for (const Unit &unit : model.units)
    analysis.units.emplace_back().operands.resize(unit.operands.size());
  analysis.model = std::move(model);
  analysis.calibration = std::move(calibration);
  return analysis;
}

absl::StatusOr<Analysis> parseAnalysis(absl::string_view text,
                                       const std::string &source) {
  absl::StatusOr<json> document = parseJson(text, source);
  return document.ok() ? parse(*document, source) : document.status();
}

absl::StatusOr<Analysis> readAnalysis(const std::string &path) {
  absl::StatusOr<json> document = readJson(path);
  return document.ok() ? parse(*document, path) : document.status();
}

absl::Status checkModel(const Analysis &analysis, const ModelId &model,
                        const std::string &source) {
  const ModelId &other = analysis.model.model;
  if (other.hash == model.hash)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(source, ": the analysis is of another model: expects '",
                   model.name, "' with hash ", model.hash, ", found '",
                   other.name, "' with ", other.hash));
}

} // namespace mixq
