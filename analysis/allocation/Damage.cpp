//===- Damage.cpp - What the integer program minimises --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/allocation/Damage.h"

#include "analysis/Sensitivity.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace mixq {
namespace {

constexpr size_t kWidths = kMaxBits - kMinBits + 1;

absl::Status missing(const Unit &unit, size_t operand, const char *what) {
  return absl::FailedPreconditionError(
      absl::StrCat("the analysis is incomplete: unit '", unit.name, "', ",
                   roleOf(unit, operand), ": expects a measurement at ", what));
}

/// The measurements as smoothSensitivity() takes them.
std::vector<OperandSensitivity> measurementsOf(const Analysis &analysis) {
  std::vector<OperandSensitivity> measurements;
  for (size_t u = 0; u < analysis.units.size(); ++u)
    for (size_t i = 0; i < analysis.units[u].operands.size(); ++i)
      for (const auto &[bits, point] :
           analysis.units[u].operands[i].sensitivity)
        measurements.push_back(
            {analysis.model.units[u].name, static_cast<unsigned>(i), bits,
             point.divergence, point.featureError, point.agreement,
             analysis.model.units[u].operands[i].isWeight});
  return measurements;
}

/// By unit, operand and bits; NaN where nothing is known.
using Table = std::vector<std::vector<OperandDamage>>;

Table emptyTable(const Analysis &analysis) {
  OperandDamage unknown;
  unknown.fill(std::nan(""));
  Table table;
  for (const Unit &unit : analysis.model.units)
    table.emplace_back(unit.operands.size(), unknown);
  return table;
}

Table smoothedTable(const Analysis &analysis) {
  Table table = emptyTable(analysis);
  std::map<std::string, size_t> index;
  for (size_t u = 0; u < analysis.model.units.size(); ++u)
    index[analysis.model.units[u].name] = u;
  for (const SmoothedSensitivity &entry :
       smoothSensitivity(measurementsOf(analysis)))
    table[index[entry.unit]][entry.operand][entry.bits - kMinBits] =
        entry.divergence;
  return table;
}

/// Nothing is lost at 8 bits, the baseline, unless it was measured.
Table rawTable(const Analysis &analysis) {
  Table table = emptyTable(analysis);
  for (size_t u = 0; u < table.size(); ++u)
    for (size_t i = 0; i < table[u].size(); ++i) {
      table[u][i].back() = 0;
      for (const auto &[bits, point] :
           analysis.units[u].operands[i].sensitivity)
        table[u][i][bits - kMinBits] = point.divergence;
    }
  return table;
}

/// The error power of a uniform quantizer falls by 4 with each bit.
Table blindTable(const Analysis &analysis) {
  Table table = emptyTable(analysis);
  for (std::vector<OperandDamage> &operands : table)
    for (OperandDamage &damage : operands)
      for (size_t i = 0; i < kWidths; ++i)
        damage[i] = std::exp2(-2.0 * (kMinBits + i));
  return table;
}

Table tableOf(const Analysis &analysis, SensitivityMeasure measure) {
  if (measure == SensitivityMeasure::Smoothed)
    return smoothedTable(analysis);
  return measure == SensitivityMeasure::Raw ? rawTable(analysis)
                                            : blindTable(analysis);
}

/// Smoothing leaves out operands without a measurement that it fits.
absl::Status checkSmoothed(const Analysis &analysis, const Table &table) {
  for (size_t u = 0; u < table.size(); ++u)
    for (size_t i = 0; i < table[u].size(); ++i)
      if (std::isnan(table[u][i][0]))
        return missing(analysis.model.units[u], i,
                       "two or more widths below 8 that most operands have");
  return absl::OkStatus();
}

/// From 8 bits down: never less than the next wider width that is known.
int64_t makeMonotone(Table &table) {
  int64_t changed = 0;
  for (std::vector<OperandDamage> &operands : table)
    for (OperandDamage &damage : operands) {
      double wider = 0;
      for (size_t i = kWidths; i-- > 0;) {
        if (damage[i] < wider) {
          damage[i] = wider;
          ++changed;
        }
        if (!std::isnan(damage[i]))
          wider = damage[i];
      }
    }
  return changed;
}

/// "fc1" of "blocks.3.mlp.fc1".
std::string typeOf(const Unit &unit) {
  return unit.name.substr(unit.name.rfind('.') + 1);
}

std::string variantsOf(const Analysis &analysis) {
  std::set<std::string> variants;
  for (const UnitResults &unit : analysis.units)
    for (const auto &[variant, score] : unit.relevance)
      variants.insert(variant);
  std::string list;
  for (const std::string &variant : variants)
    absl::StrAppend(&list, list.empty() ? "" : ", ", variant);
  return list.empty() ? "it has none" : "it has " + list;
}

/// A unit's relevance is at least this part of its type's mean, so that none is
/// free.
constexpr double kLeastRatio = 1e-3;

/// Omega; negative scores count as 0.
absl::StatusOr<std::vector<double>> relevanceOf(const Analysis &analysis,
                                                const std::string &variant) {
  std::vector<double> scores;
  std::map<std::string, std::pair<double, int>> types; // sum and count
  for (size_t u = 0; u < analysis.units.size(); ++u) {
    const auto found = analysis.units[u].relevance.find(variant);
    if (found == analysis.units[u].relevance.end())
      return absl::FailedPreconditionError(absl::StrCat(
          "the analysis has no relevance '", variant, "' of unit '",
          analysis.model.units[u].name, "'; ", variantsOf(analysis)));
    scores.push_back(std::max(found->second, 0.0));
    auto &[sum, count] = types[typeOf(analysis.model.units[u])];
    sum += scores.back();
    ++count;
  }
  double total = 0;
  for (size_t u = 0; u < scores.size(); ++u) {
    const auto [sum, count] = types[typeOf(analysis.model.units[u])];
    const double ratio = sum > 0 ? scores[u] * count / sum : 1;
    total += scores[u] = std::max(ratio, kLeastRatio);
  }
  for (double &score : scores)
    score /= total;
  return scores;
}

} // namespace

absl::StatusOr<Damages> damagesOf(const Analysis &analysis,
                                  const DamageOptions &options) {
  Damages damages;
  damages.operands = tableOf(analysis, options.sensitivity);
  if (options.sensitivity == SensitivityMeasure::Smoothed)
    if (absl::Status status = checkSmoothed(analysis, damages.operands);
        !status.ok())
      return status;
  damages.nonMonotone = makeMonotone(damages.operands);
  if (options.relevance == "none")
    return damages;
  absl::StatusOr<std::vector<double>> relevance =
      relevanceOf(analysis, options.relevance);
  if (!relevance.ok())
    return relevance.status();
  for (size_t u = 0; u < relevance->size(); ++u)
    for (OperandDamage &operand : damages.operands[u])
      for (double &damage : operand)
        damage *= std::pow((*relevance)[u], options.gamma);
  damages.relevance = *std::move(relevance);
  return damages;
}

} // namespace mixq
