//===- SvgCurve.h - A curve for a page --------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_REPORT_SVGCURVE_H
#define MIXQ_ANALYSIS_REPORT_SVGCURVE_H

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace mixq {

/// A curve through points (x, y), y on a logarithmic scale, x from 0.
class SvgCurve {
public:
  void add(double x, double y, const std::string &label) {
    points.push_back({x, y, label});
    mostX = std::max(mostX, x);
    leastY = std::min(leastY, y);
    mostY = std::max(mostY, y);
  }

  /// An <svg> element with these names at its axes.
  std::string write(const char *xName, const char *yName) const;

private:
  struct Point {
    double x, y;
    std::string label;
  };
  static constexpr int kWidth = 520, kHeight = 240;

  double left(const Point &point) const {
    return 50 + (mostX > 0 ? kWidth * point.x / mostX : 0);
  }
  double top(const Point &point) const {
    const double range = std::log(mostY / leastY);
    const double share =
        range > 0 && point.y > 0 ? std::log(point.y / leastY) / range : 0;
    return 20 + kHeight * (1 - share);
  }

  std::vector<Point> points;
  double mostX = 0, leastY = 1e300, mostY = 0;
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_REPORT_SVGCURVE_H
