//===- Report.cpp - The flags and files of an HTML report -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dialect/store/JsonFields.h"
#include "runtime/AtomicFile.h"

namespace mixq {
namespace {

/// Size and BitOps of a precision, or of the plan.
absl::Status setCosts(const Analysis &analysis, const PlannedBits *planned,
                      AccuracyRow &row) {
  if (row.name == "plan") {
    if (!planned)
      return absl::InvalidArgumentError(
          "--accuracy names a plan, but there is none");
    row.sizeBytes = double(planned->allocation.weightBits) / 8;
    row.bitOps = double(planned->allocation.bitOps);
    return absl::OkStatus();
  }
  if (row.name == "fp32") {
    const Assignment bits(analysis.model.units.size(), {32, 32});
    row.sizeBytes = double(weightBitsOf(analysis.model, bits)) / 8;
    row.bitOps = double(bitOpsOf(analysis.model, bits));
    return absl::OkStatus();
  }
  absl::StatusOr<WidthPair> widths = parseWidthPair(row.name);
  if (!widths.ok())
    return widths.status();
  absl::StatusOr<Pins> pins = parsePins(analysis.model, "w8a8", "");
  if (!pins.ok())
    return pins.status();
  absl::StatusOr<Assignment> bits =
      uniformAssignment(analysis.model, *widths, *pins);
  if (!bits.ok())
    return bits.status();
  row.sizeBytes = double(weightBitsOf(analysis.model, *bits)) / 8;
  row.bitOps = double(bitOpsOf(analysis.model, *bits));
  return absl::OkStatus();
}

/// What `mixq eval --json` wrote.
absl::Status readAccuracy(const std::string &path, AccuracyRow &row) {
  absl::StatusOr<nlohmann::json> document = readJson(path);
  if (!document.ok())
    return document.status();
  JsonFields fields(*document, path);
  row.top1 = fields.requireNumber("top1", 0, 100);
  row.images = fields.requireInteger("n", 1, INT64_MAX);
  return fields.error();
}

} // namespace

std::vector<Flag> ReportFlags::list() {
  return {{"html", "FILE", "write a page with tables and charts", &html},
          {"accuracy", "LIST",
           "for the page: fp32=a.json,w4a4=b.json,plan=c.json, files of "
           "`mixq eval --json`",
           &accuracy}};
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>>
ReportFlags::results() const {
  std::vector<std::pair<std::string, std::string>> entries;
  for (absl::string_view item :
       absl::StrSplit(accuracy, ',', absl::SkipEmpty())) {
    std::pair<std::string, std::string> entry =
        absl::StrSplit(item, absl::MaxSplits('=', 1));
    const bool isKnown = entry.first == "fp32" || entry.first == "plan" ||
                         parseWidthPair(entry.first).ok();
    if (!isKnown || entry.second.empty())
      return absl::InvalidArgumentError(absl::StrCat(
          "--accuracy expects fp32=FILE, w4a4=FILE or plan=FILE, got '", item,
          "'"));
    entries.push_back(std::move(entry));
  }
  return entries;
}

absl::Status ReportFlags::check() const {
  if (!accuracy.empty() && html.empty())
    return absl::InvalidArgumentError("--accuracy needs --html FILE");
  return results().status();
}

absl::Status ReportFlags::checkWritable() const {
  return html.empty() ? absl::OkStatus() : mixq::checkWritable(html);
}

absl::Status ReportFlags::write(const Analysis &analysis,
                                const PlannedBits *planned) const {
  if (html.empty())
    return absl::OkStatus();
  auto entries = results();
  if (!entries.ok())
    return entries.status();
  HtmlReport report{analysis, planned, {}};
  for (const auto &[name, path] : *entries) {
    AccuracyRow row;
    row.name = name;
    absl::Status status = readAccuracy(path, row);
    if (status.ok())
      status = setCosts(analysis, planned, row);
    if (!status.ok())
      return status;
    report.accuracies.push_back(std::move(row));
  }
  return writeFile(html, writeHtml(report));
}

} // namespace mixq
