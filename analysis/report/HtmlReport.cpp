//===- HtmlReport.cpp - Analyses and plans as one page --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/report/HtmlReport.h"

#include "analysis/report/SvgCurve.h"
#include "analysis/report/Tables.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

#include <algorithm>
#include <cmath>

namespace mixq {
namespace {

constexpr const char *kStyle = R"(<style>
body { font: 14px/1.45 system-ui, sans-serif; color: #1c2330; margin: 2em auto; max-width: 72em; padding: 0 1em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; }
table { border-collapse: collapse; } th { text-align: left; font-weight: 600; border-bottom: 1px solid #b8c0cc; }
th, td { padding: 2px 12px 2px 0; white-space: nowrap; } td.n { text-align: right; font-variant-numeric: tabular-nums; }
tr:nth-child(even) td { background: #f5f7fa; }
.bar { display: inline-block; height: 10px; vertical-align: middle; border-radius: 2px; }
.w { background: #3b6fb6; } .a { background: #e08e3c; } .r { background: #4c9a6a; } .s { background: #a8528f; }
svg text { font: 11px system-ui, sans-serif; fill: #1c2330; } p.note { color: #5a6472; }
</style>
)";

std::string escape(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

std::string cell(absl::string_view text) {
  return absl::StrCat("<td>", text, "</td>");
}

std::string numberCell(double value) {
  return absl::StrFormat("<td class=n>%.4g</td>", value);
}

/// A bar of `share` of the full length, with its value beside it.
std::string bar(char kind, double share, const std::string &label) {
  const double length = 96 * std::clamp(share, 0.0, 1.0);
  return absl::StrFormat("<span class='bar %c' style='width:%.1fpx'></span> %s",
                         kind, length, label);
}

std::string heading(std::initializer_list<absl::string_view> columns) {
  std::string text = "<table><tr>";
  for (absl::string_view column : columns)
    absl::StrAppend(&text, "<th>", column, "</th>");
  return text + "</tr>\n";
}

/// The score that the plan used, else the first variant of the analysis.
std::vector<double> relevanceOf(const HtmlReport &report) {
  if (report.planned && !report.planned->damages.relevance.empty())
    return report.planned->damages.relevance;
  std::vector<double> scores;
  for (const UnitResults &unit : report.analysis.units)
    if (!unit.relevance.empty())
      scores.push_back(unit.relevance.begin()->second);
  const bool isComplete = scores.size() == report.analysis.units.size();
  return isComplete ? scores : std::vector<double>();
}

/// The divergence at 4 bits, negative where there is none.
double sensitivityOf(const OperandResults &operand) {
  const auto found = operand.sensitivity.find(4);
  return found == operand.sensitivity.end() ? -1 : found->second.divergence;
}

/// One row a unit.
class UnitRows {
public:
  explicit UnitRows(const HtmlReport &report)
      : report(report), relevance(relevanceOf(report)) {
    for (double score : relevance)
      mostRelevance = std::max(mostRelevance, score);
    for (const UnitResults &unit : report.analysis.units)
      for (const OperandResults &operand : unit.operands)
        mostSensitivity = std::max(mostSensitivity, sensitivityOf(operand));
  }

  std::string write() const {
    std::string text = heading(
        {"unit", "activation, lhs: bits", "weight, rhs: bits", "relevance",
         "KL at a 4-bit activation, lhs", "KL at a 4-bit weight, rhs"});
    for (size_t u = 0; u < report.analysis.units.size(); ++u)
      absl::StrAppend(&text, row(u));
    return text + "</table>\n";
  }

private:
  std::string row(size_t u) const {
    std::string text =
        "<tr>" + cell(escape(report.analysis.model.units[u].name));
    for (size_t i = 0; i < 2; ++i)
      absl::StrAppend(&text, cell(bits(u, i)));
    absl::StrAppend(&text, cell(relevanceBar(u)));
    for (const OperandResults &operand : report.analysis.units[u].operands)
      absl::StrAppend(&text, cell(sensitivityBar(operand)));
    return text + "</tr>\n";
  }

  std::string bits(size_t u, size_t operand) const {
    if (!report.planned)
      return "";
    const unsigned width = report.planned->plan.bits[u][operand];
    return bar(operand == 0 ? 'a' : 'w', width / double(kMaxBits),
               absl::StrCat(width));
  }

  std::string relevanceBar(size_t u) const {
    if (relevance.empty())
      return "";
    return bar('r', mostRelevance > 0 ? relevance[u] / mostRelevance : 0,
               absl::StrFormat("%.3g", relevance[u]));
  }

  /// On a logarithmic scale of four decades: sensitivities differ that much.
  std::string sensitivityBar(const OperandResults &operand) const {
    const double value = sensitivityOf(operand);
    if (value < 0)
      return "";
    const double share =
        value > 0 ? 1 + std::log10(value / mostSensitivity) / 4 : 0;
    return bar('s', share, absl::StrFormat("%.2g", value));
  }

  const HtmlReport &report;
  std::vector<double> relevance;
  double mostRelevance = 0, mostSensitivity = 0;
};

std::string frontSection(const PlannedBits &planned) {
  if (planned.front.empty())
    return "";
  const bool bySize = !planned.limits.bitOps;
  SvgCurve curve;
  for (const ParetoPoint &point : planned.front)
    curve.add(bySize ? double(point.allocation.weightBits) / 8
                     : double(point.allocation.bitOps),
              std::max(point.allocation.damage, 1e-300),
              absl::StrCat("x ", point.factor));
  return absl::StrCat("<h2>Pareto front</h2>\n",
                      curve.write(bySize ? "size, bytes" : "BitOps", "damage"));
}

std::string totalsSection(const PlannedBits &planned) {
  const Plan &plan = planned.plan;
  std::string text = "<h2>Totals</h2>\n" + heading({"", "plan", "budget"});
  auto row = [&](const char *name, double value, std::optional<double> limit) {
    absl::StrAppendFormat(&text, "<tr><td>%s</td><td class=n>%.12g</td>", name,
                          value);
    absl::StrAppend(
        &text, limit ? absl::StrFormat("<td class=n>%.12g</td>", *limit) : "",
        "</tr>\n");
  };
  auto average = [&](const char *name, double value) {
    absl::StrAppendFormat(
        &text, "<tr><td>%s</td><td class=n>%.3f</td><td></td></tr>\n", name,
        value);
  };
  row("size, bytes", double(planned.allocation.weightBits) / 8,
      plan.budget.sizeBytes);
  row("BitOps", double(planned.allocation.bitOps), plan.budget.bitOps);
  if (plan.budget.latencyMs)
    row("latency, ms", planned.allocation.latencyMs, plan.budget.latencyMs);
  average("bits a weight", averageWeightBits(plan.model, plan.bits));
  average("bits an activation", averageActivationBits(plan.model, plan.bits));
  std::string binding;
  for (const std::string &name : planned.binding)
    absl::StrAppend(&binding, binding.empty() ? "" : " and ", name);
  return absl::StrCat(text, "</table>\n<p class=note>",
                      binding.empty() ? "No limit binds" : binding + " binds",
                      "; the plan is proven within ", planned.allocation.gap,
                      " of the least damage.</p>\n");
}

std::string accuracySection(const std::vector<AccuracyRow> &rows) {
  if (rows.empty())
    return "";
  std::string text =
      "<h2>Accuracy</h2>\n" +
      heading({"precision", "top-1, %", "images", "size, bytes", "BitOps"});
  for (const AccuracyRow &row : rows)
    absl::StrAppendFormat(
        &text,
        "<tr><td>%s</td><td class=n>%.2f</td><td class=n>%d</td>"
        "<td class=n>%.12g</td><td class=n>%.12g</td></tr>\n",
        escape(row.name), row.top1, row.images, row.sizeBytes, row.bitOps);
  return text + "</table>\n";
}

std::string items(const char *what, const std::vector<RelevanceItem> &list) {
  std::string text;
  for (const RelevanceItem &item : list)
    absl::StrAppend(&text, "<tr>", cell(absl::StrCat(what, escape(item.name))),
                    numberCell(item.relevance), "<td></td></tr>\n");
  return text;
}

std::string conservationSection(const Analysis &analysis) {
  if (analysis.conservation.empty())
    return "";
  std::string text = "<h2>Conservation of relevance</h2>\n" +
                     heading({"at the output of", "sum R", "sum |R|"});
  for (const ConservationPoint &point : analysis.conservation)
    absl::StrAppend(&text, "<tr>", cell(escape(point.layer)),
                    numberCell(point.sum), numberCell(point.absoluteSum),
                    "</tr>\n");
  return absl::StrCat(text, items("ended: ", analysis.relevanceEnds),
                      items("lost: ", analysis.relevanceLosses), "</table>\n");
}

std::string opening(const Analysis &analysis) {
  const std::string name = escape(analysis.model.model.name);
  return absl::StrCat(
      "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>mixq: ",
      name, "</title>\n", kStyle, "</head><body>\n<h1>", name,
      "</h1>\n<p class=note>", analysis.calibration.images,
      " calibration images, seed ", analysis.calibration.seed,
      analysis.baseline.empty()
          ? ""
          : absl::StrCat("; sensitivity ", analysis.sensitivityMode,
                         ", baseline ", analysis.baseline),
      ". Hash ", escape(analysis.model.model.hash), ".</p>\n");
}

} // namespace

std::string writeHtml(const HtmlReport &report) {
  std::string text = opening(report.analysis);
  absl::StrAppend(&text, accuracySection(report.accuracies));
  if (report.planned)
    absl::StrAppend(&text, totalsSection(*report.planned),
                    frontSection(*report.planned));
  absl::StrAppend(&text, "<h2>Units</h2>\n", UnitRows(report).write(),
                  conservationSection(report.analysis));
  return text + "</body></html>\n";
}

} // namespace mixq
