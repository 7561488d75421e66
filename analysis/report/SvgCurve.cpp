//===- SvgCurve.cpp - A curve for a page ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/report/SvgCurve.h"

#include "absl/strings/str_format.h"

namespace mixq {

std::string SvgCurve::write(const char *xName, const char *yName) const {
  std::string text = absl::StrFormat(
      "<svg width='%d' height='%d' role='img'>\n", kWidth + 90, kHeight + 50);
  std::string line;
  for (const Point &point : points)
    absl::StrAppendFormat(&line, "%.1f,%.1f ", left(point), top(point));
  absl::StrAppendFormat(
      &text, "<polyline points='%s' fill='none' stroke='#3b6fb6'/>\n", line);
  for (const Point &point : points)
    absl::StrAppendFormat(&text,
                          "<circle cx='%.1f' cy='%.1f' r='3' fill='#3b6fb6'/>"
                          "<text x='%.1f' y='%.1f'>%s</text>\n",
                          left(point), top(point), left(point) + 6,
                          top(point) - 6, point.label);
  absl::StrAppendFormat(&text,
                        "<path d='M50 10V%dH%d' fill='none' stroke='#b8c0cc'/>"
                        "<text x='50' y='%d'>%s, 0 to %.4g</text>"
                        "<text x='4' y='10'>%s, %.3g to %.3g (log)</text>",
                        kHeight + 20, kWidth + 50, kHeight + 38, xName, mostX,
                        yName, leastY, mostY);
  return text + "</svg>\n";
}

} // namespace mixq
