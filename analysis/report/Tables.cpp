//===- Tables.cpp - Analyses and plans as text ----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/report/Tables.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include <algorithm>
#include <set>

namespace mixq {
namespace {

using Row = std::vector<std::string>;

std::string number(double value) { return absl::StrFormat("%.4g", value); }

std::set<std::string> variantsOf(const Analysis &analysis) {
  std::set<std::string> variants;
  for (const UnitResults &unit : analysis.units)
    for (const auto &[variant, score] : unit.relevance)
      variants.insert(variant);
  return variants;
}

/// The divergence at 4 bits, or "-".
std::string sensitivityText(const OperandResults &operand) {
  const auto found = operand.sensitivity.find(4);
  return found == operand.sensitivity.end() ? "-"
                                            : number(found->second.divergence);
}

Row analysisRow(const Unit &unit, const UnitResults &results,
                const std::set<std::string> &variants) {
  Row row = {unit.name, absl::StrCat(unit.parameters), absl::StrCat(unit.macs)};
  for (const OperandResults &operand : results.operands)
    row.push_back(sensitivityText(operand));
  for (const std::string &variant : variants) {
    const auto found = results.relevance.find(variant);
    row.push_back(found == results.relevance.end() ? "-"
                                                   : number(found->second));
  }
  return row;
}

/// How far effects are from adding up.
std::string jointTable(const Analysis &analysis) {
  if (analysis.joint.empty())
    return "";
  std::vector<Row> rows = {
      {"all inner", "bits", "KL", "sum of single KL", "joint / sum"}};
  for (const JointPoint &point : analysis.joint)
    rows.push_back({point.isWeight ? "weights" : "activations",
                    absl::StrCat(point.bits), number(point.divergence),
                    number(point.divergenceSum),
                    point.divergenceSum > 0
                        ? number(point.divergence / point.divergenceSum)
                        : "-"});
  return absl::StrCat("\n", alignColumns(rows));
}

int64_t unmeasuredOperands(const Analysis &analysis) {
  int64_t count = 0;
  for (const UnitResults &unit : analysis.units)
    count += std::count_if(unit.operands.begin(), unit.operands.end(),
                           [](const OperandResults &operand) {
                             return operand.sensitivity.empty();
                           });
  return count;
}

Row planRow(const PlannedBits &planned, size_t u) {
  const Unit &unit = planned.plan.model.units[u];
  const Widths &bits = planned.plan.bits[u];
  Row row = {unit.name, widthsText(unit, bits), absl::StrCat(unit.parameters),
             absl::StrCat(unit.macs)};
  for (size_t i = 0; i < bits.size(); ++i)
    row.push_back(number(planned.damages.operands[u][i][bits[i] - kMinBits]));
  if (!planned.damages.relevance.empty())
    row.push_back(number(planned.damages.relevance[u]));
  return row;
}

std::string unitTable(const PlannedBits &planned) {
  std::vector<Row> rows = {{"unit", "bits", "parameters", "MACs",
                            "damage of activation, lhs", "of weight, rhs"}};
  if (!planned.damages.relevance.empty())
    rows[0].push_back("relevance");
  for (size_t u = 0; u < planned.plan.bits.size(); ++u)
    rows.push_back(planRow(planned, u));
  return alignColumns(rows);
}

/// "size  1234 of 1240 bytes (99.52 %), binds".
std::string limitLine(const PlannedBits &planned, const char *name,
                      double amount, std::optional<double> limit,
                      const char *unit) {
  std::string line = absl::StrFormat("%-8s %.15g", name, amount);
  if (limit)
    absl::StrAppendFormat(&line, " of %.15g", *limit);
  absl::StrAppend(&line, unit);
  if (limit && *limit > 0)
    absl::StrAppendFormat(&line, " (%.2f %%)", 100 * amount / *limit);
  const auto &binding = planned.binding;
  if (std::count(binding.begin(), binding.end(), name))
    absl::StrAppend(&line, ", binds");
  return line + "\n";
}

std::string totals(const PlannedBits &planned) {
  const Plan &plan = planned.plan;
  const Allocation &allocation = planned.allocation;
  std::string text =
      limitLine(planned, "size", double(allocation.weightBits) / 8,
                plan.budget.sizeBytes, " bytes");
  absl::StrAppend(&text, limitLine(planned, "BitOps", double(allocation.bitOps),
                                   plan.budget.bitOps, ""));
  if (plan.budget.latencyMs)
    absl::StrAppend(&text, limitLine(planned, "latency", allocation.latencyMs,
                                     plan.budget.latencyMs, " ms"));
  absl::StrAppendFormat(&text,
                        "average  %.3f bits a weight, %.3f an activation\n"
                        "damage   %.6g, proven within %.2g of the least\n",
                        averageWeightBits(plan.model, plan.bits),
                        averageActivationBits(plan.model, plan.bits),
                        allocation.damage, allocation.gap);
  if (planned.damages.nonMonotone > 0)
    absl::StrAppend(&text, "noise    ", planned.damages.nonMonotone,
                    " sensitivities were below that of the next wider width\n");
  return text;
}

std::string frontTable(const std::vector<ParetoPoint> &front) {
  if (front.empty())
    return "";
  std::vector<Row> rows = {{"budget", "size, bytes", "BitOps", "damage"}};
  for (const ParetoPoint &point : front)
    rows.push_back(
        {absl::StrCat("x ", point.factor),
         absl::StrFormat("%.0f", double(point.allocation.weightBits) / 8),
         absl::StrCat(point.allocation.bitOps),
         number(point.allocation.damage)});
  return absl::StrCat("\nPareto front\n", alignColumns(rows));
}

} // namespace

std::string alignColumns(const std::vector<std::vector<std::string>> &rows) {
  std::vector<size_t> widths;
  for (const Row &row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], row[column].size());
  }
  std::string text;
  for (const Row &row : rows) {
    for (size_t column = 0; column < row.size(); ++column) {
      const std::string padding(widths[column] - row[column].size(), ' ');
      if (column == 0)
        absl::StrAppend(&text, row[column], row.size() > 1 ? padding : "");
      else
        absl::StrAppend(&text, "  ", padding, row[column]);
    }
    text += '\n';
  }
  return text;
}

std::string describeAnalysis(const Analysis &analysis) {
  const std::set<std::string> variants = variantsOf(analysis);
  std::vector<Row> rows = {{"unit", "parameters", "MACs",
                            "KL, 4-bit activation, lhs", "4-bit weight, rhs"}};
  for (const std::string &variant : variants)
    rows[0].push_back(absl::StrCat("relevance, ", variant));
  for (size_t u = 0; u < analysis.units.size(); ++u)
    rows.push_back(
        analysisRow(analysis.model.units[u], analysis.units[u], variants));
  std::string text = absl::StrCat(alignColumns(rows), jointTable(analysis));
  if (int64_t count = unmeasuredOperands(analysis))
    absl::StrAppend(&text, count, " operands have no sensitivity yet\n");
  return text;
}

std::string describePlan(const PlannedBits &planned) {
  return absl::StrCat(unitTable(planned), "\n", totals(planned),
                      frontTable(planned.front));
}

std::string widthsText(const Unit &unit, const Widths &bits) {
  if (unit.hasWeight())
    return absl::StrCat("w", bits.back(), " a", bits.front());
  return absl::StrCat(bits.front(), " x ", bits.back());
}

} // namespace mixq
