//===- Report.h - The flags and files of an HTML report ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_REPORT_H
#define MIXQ_TOOLS_MIXQ_COMPILE_REPORT_H

#include "analysis/report/HtmlReport.h"
#include "tools/Flags.h"

#include <string>
#include <utility>
#include <vector>

namespace mixq {

/// --html and --accuracy.
struct ReportFlags {
  std::string html;
  std::string accuracy;

  std::vector<Flag> list();
  absl::Status check() const;
  absl::Status checkWritable() const;

  /// Writes the page, if it is wanted. `planned` may be null.
  absl::Status write(const Analysis &analysis,
                     const PlannedBits *planned) const;

private:
  /// The name and the file of each entry of --accuracy.
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>>
  results() const;
};

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_REPORT_H
