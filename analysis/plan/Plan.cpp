//===- Plan.cpp - Bit-widths of every unit, as JSON -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/plan/Plan.h"

#include "analysis/plan/JsonText.h"
#include "dialect/store/Json.h"
#include "dialect/store/JsonFields.h"

#include "absl/strings/str_cat.h"

#include <cmath>
#include <limits>
#include <set>

using nlohmann::json;
using nlohmann::ordered_json;

namespace mixq {
namespace {

constexpr const char *kFormat = "mixq-plan";
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// An eighth of a number of bits: an integer where it is one.
ordered_json bytesOf(int64_t bits) {
  if (bits % 8 == 0)
    return bits / 8;
  return double(bits) / 8;
}

/// As an integer where it is one that a double holds exactly.
ordered_json number(double value) {
  constexpr double kExact = 9007199254740992.0; // 2^53
  if (std::abs(value) <= kExact && std::trunc(value) == value)
    return static_cast<int64_t>(value);
  return value;
}

ordered_json writeUnit(const Unit &unit, const Widths &bits) {
  ordered_json entry;
  entry["name"] = unit.name;
  entry["kind"] = unit.kind;
  if (unit.hasWeight())
    entry["parameters"] = unit.parameters;
  entry["macs"] = unit.macs;
  if (unit.hasWeight()) {
    entry["weight_bits"] = bits.back();
    entry["activation_bits"] = bits.front();
  } else {
    entry["operand_bits"] = bits;
  }
  return entry;
}

ordered_json writeBudget(const PlanBudget &budget) {
  ordered_json result = ordered_json::object();
  if (budget.sizeBytes)
    result["size_bytes"] = number(*budget.sizeBytes);
  if (budget.bitOps)
    result["bitops"] = number(*budget.bitOps);
  if (budget.latencyMs)
    result["latency_ms"] = *budget.latencyMs;
  return result;
}

ordered_json writeTotals(const Plan &plan) {
  ordered_json totals;
  totals["size_bytes"] = bytesOf(weightBitsOf(plan.model, plan.bits));
  totals["bitops"] = bitOpsOf(plan.model, plan.bits);
  totals["average_weight_bits"] = averageWeightBits(plan.model, plan.bits);
  totals["average_activation_bits"] =
      averageActivationBits(plan.model, plan.bits);
  return totals;
}

/// Reads one entry of `units` into the place of its unit.
class UnitReader {
public:
  explicit UnitReader(Plan &plan) : plan(plan) {
    for (size_t u = 0; u < plan.model.units.size(); ++u)
      index[plan.model.units[u].name] = u;
  }

  void read(JsonFields &fields) {
    const std::string name = fields.requireText("name");
    auto found = index.find(name);
    if (!fields.error().ok())
      return;
    if (found == index.end())
      return fields.fail("name", "a unit of the model", name);
    if (!seen.insert(name).second)
      return fields.fail("name", "each unit once", name);
    const Unit &unit = plan.model.units[found->second];
    readFacts(fields, unit);
    plan.bits[found->second] = readBits(fields, unit);
    plan.reasons[found->second] = readReasons(fields);
  }

  /// An error for a unit that has no entry.
  absl::Status finish(const std::string &source) const {
    for (const Unit &unit : plan.model.units)
      if (!seen.count(unit.name))
        return absl::InvalidArgumentError(absl::StrCat(
            source, ": unit ", quoteForMessage(unit.name), " has no entry"));
    return absl::OkStatus();
  }

private:
  void readFacts(JsonFields &fields, const Unit &unit) {
    if (std::string kind = fields.requireText("kind"); kind != unit.kind)
      fields.fail("kind", absl::StrCat("\"", unit.kind, "\""), kind);
    if (unit.hasWeight())
      readFact(fields, "parameters", unit.parameters);
    readFact(fields, "macs", unit.macs);
  }

  void readFact(JsonFields &fields, const char *key, int64_t expected) {
    fields.requireInteger(key, expected, expected);
  }

  Widths readBits(JsonFields &fields, const Unit &unit) {
    if (unit.hasWeight()) {
      Widths widths(unit.operands.size(), readWidth(fields, "activation_bits"));
      widths.back() = readWidth(fields, "weight_bits");
      return widths;
    }
    const json *array = fields.require("operand_bits");
    Widths widths(unit.operands.size(), kMaxBits);
    if (array && (!array->is_array() || array->size() != widths.size()))
      fields.fail("operand_bits",
                  absl::StrCat("an array of ", widths.size(), " integers"),
                  *array);
    for (size_t i = 0; i < widths.size() && fields.error().ok(); ++i)
      widths[i] = readElement(fields, (*array)[i], *array);
    return widths;
  }

  unsigned readWidth(JsonFields &fields, const char *key) {
    return fields.requireInteger(key, kMinBits, kMaxBits);
  }

  unsigned readElement(JsonFields &fields, const json &element,
                       const json &array) {
    if (element.is_number_unsigned() && element.get<uint64_t>() >= kMinBits &&
        element.get<uint64_t>() <= kMaxBits)
      return element.get<unsigned>();
    fields.fail("operand_bits",
                absl::StrCat("integers in [", kMinBits, ", ", kMaxBits, "]"),
                array);
    return kMaxBits;
  }

  PlanReasons readReasons(JsonFields &fields) {
    PlanReasons reasons;
    if (fields.find("relevance"))
      reasons.relevance = fields.number("relevance", 0, -kInfinity, kInfinity);
    const json *sensitivity = fields.find("sensitivity");
    if (!sensitivity)
      return reasons;
    JsonFields nested = fields.nested("sensitivity");
    if (sensitivity->is_object())
      for (const auto &item : sensitivity->items())
        reasons.sensitivity[item.key()] =
            nested.number(item.key(), 0, -kInfinity, kInfinity);
    fields.fail(nested.finish());
    return reasons;
  }

  Plan &plan;
  std::map<std::string, size_t> index;
  std::set<std::string> seen;
};

void readModel(JsonFields fields, const ModelId &model, absl::Status &status) {
  fields.requireText("name");
  if (std::string hash = fields.requireText("hash"); hash != model.hash)
    fields.fail("hash",
                absl::StrCat("the model's, \"", model.hash,
                             "\": the plan is another model's"),
                hash);
  status = fields.finish();
}

void readBudget(JsonFields fields, PlanBudget &budget, absl::Status &status) {
  auto read = [&](const char *key, std::optional<double> &target) {
    if (fields.find(key))
      target = fields.number(key, 0, 0, kInfinity);
  };
  read("size_bytes", budget.sizeBytes);
  read("bitops", budget.bitOps);
  read("latency_ms", budget.latencyMs);
  status = fields.finish();
}

void readHeader(JsonFields &fields, Plan &plan) {
  if (std::string format = fields.requireText("format"); format != kFormat)
    fields.fail("format", absl::StrCat("\"", kFormat, "\""), format);
  fields.requireInteger("version", 1, 1);
  absl::Status model, budget;
  if (fields.require("model"))
    readModel(fields.nested("model"), plan.model.model, model);
  if (fields.find("budget"))
    readBudget(fields.nested("budget"), plan.budget, budget);
  fields.fail(model);
  fields.fail(budget);
  fields.find("totals");
}

} // namespace

std::string writePlan(const Plan &plan) {
  const ModelId &model = plan.model.model;
  std::string text = absl::StrCat(
      "{\"format\": \"", kFormat, "\", \"version\": 1,\n \"model\": ",
      jsonLine({{"name", model.name}, {"hash", model.hash}}),
      ",\n \"budget\": ", jsonLine(writeBudget(plan.budget)),
      ",\n \"totals\": ", jsonLine(writeTotals(plan)), ",\n \"units\": [");
  for (size_t u = 0; u < plan.model.units.size(); ++u) {
    ordered_json entry = writeUnit(plan.model.units[u], plan.bits[u]);
    if (!plan.reasons.empty()) {
      if (plan.reasons[u].relevance)
        entry["relevance"] = *plan.reasons[u].relevance;
      if (!plan.reasons[u].sensitivity.empty())
        entry["sensitivity"] = plan.reasons[u].sensitivity;
    }
    absl::StrAppend(&text, u ? ",\n  " : "\n  ", jsonLine(entry));
  }
  return absl::StrCat(text, "]}\n");
}

static absl::StatusOr<Plan> parse(const json &document,
                                  const std::string &source,
                                  const ModelUnits &model) {
  Plan plan;
  plan.model = model;
  plan.bits.resize(model.units.size());
  plan.reasons.resize(model.units.size());
  JsonFields fields(document, source);
  readHeader(fields, plan);
  UnitReader reader(plan);
  if (fields.error().ok())
    fields.requireObjects("units", "name",
                          [&](JsonFields &unit) { reader.read(unit); });
  fields.fail(reader.finish(source));
  if (absl::Status status = fields.finish(); !status.ok())
    return status;
  if (absl::Status status = checkAssignment(model, plan.bits); !status.ok())
    return absl::InvalidArgumentError(
        absl::StrCat(source, ": ", status.message()));
  return plan;
}

absl::StatusOr<Plan> parsePlan(absl::string_view text,
                               const std::string &source,
                               const ModelUnits &model) {
  absl::StatusOr<json> document = parseJson(text, source);
  return document.ok() ? parse(*document, source, model) : document.status();
}

absl::StatusOr<Plan> readPlan(const std::string &path,
                              const ModelUnits &model) {
  absl::StatusOr<json> document = readJson(path);
  return document.ok() ? parse(*document, path, model) : document.status();
}

} // namespace mixq
