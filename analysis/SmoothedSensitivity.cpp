//===- SmoothedSensitivity.cpp - Sensitivity less its noise ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Sensitivity.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

#include <cmath>
#include <map>
#include <numeric>

using namespace mixq;

namespace {

/// Logarithms of measurements that are zero but for rounding.
constexpr double kLeast = 1e-12;

/// log S at the fitted widths.
using Curve = std::vector<double>;

using OperandKey = std::pair<std::string, unsigned>; ///< unit and operand

struct Operand {
  OperandKey key;
  Curve logDivergence;
};

/// By operand and width; operands in the order of their first measurement.
using Measurements =
    llvm::MapVector<OperandKey, std::map<unsigned, OperandSensitivity>,
                    std::map<OperandKey, unsigned>>;

Measurements byOperand(llvm::ArrayRef<OperandSensitivity> measurements) {
  Measurements result;
  for (const OperandSensitivity &measured : measurements)
    result[{measured.unit, measured.operand}][measured.bits] = measured;
  return result;
}

/// The widths below 8 that most operands have, in ascending order: a curve has
/// all of them.
std::vector<unsigned> fittedWidths(const Measurements &measurements) {
  std::map<unsigned, size_t> counts;
  for (const auto &[key, points] : measurements)
    for (const auto &[bits, measured] : points)
      if (bits < 8)
        ++counts[bits];
  size_t most = 0;
  for (auto [bits, count] : counts)
    most = std::max(most, count);
  std::vector<unsigned> widths;
  for (auto [bits, count] : counts)
    if (count == most)
      widths.push_back(bits);
  return widths;
}

/// Operands that have all widths.
std::vector<Operand> collect(const Measurements &measurements,
                             llvm::ArrayRef<unsigned> widths) {
  std::vector<Operand> operands;
  for (const auto &[key, points] : measurements) {
    Operand operand{key, {}};
    for (unsigned bits : widths)
      if (auto found = points.find(bits); found != points.end())
        operand.logDivergence.push_back(
            std::log(std::max(found->second.divergence, kLeast)));
    if (operand.logDivergence.size() == widths.size())
      operands.push_back(std::move(operand));
  }
  return operands;
}

double meanOf(const Curve &curve) {
  return std::accumulate(curve.begin(), curve.end(), 0.0) / curve.size();
}

/// d of a class: the mean over its operands of log S - g, which never rises.
class SharedCurve {
public:
  explicit SharedCurve(llvm::ArrayRef<unsigned> widths)
      : widths(widths), sum(widths.size()) {}

  void add(const Curve &curve) {
    for (size_t i = 0; i < curve.size(); ++i)
      sum[i] += curve[i] - meanOf(curve);
    ++count;
  }
  int64_t size() const { return count; }

  double at(unsigned bits) const {
    Curve d = sum;
    for (size_t i = 0; i < d.size(); ++i)
      d[i] = std::min(d[i] / count, i ? d[i - 1] : d[i] / count);
    if (bits < widths.front())
      return d.front() - slope(d, 1) * (widths.front() - bits);
    if (bits > widths.back())
      return d.back() + slope(d, widths.size() - 1) * (bits - widths.back());
    size_t above = llvm::lower_bound(widths, bits) - widths.begin();
    if (widths[above] == bits)
      return d[above];
    double share =
        double(bits - widths[above - 1]) / (widths[above] - widths[above - 1]);
    return d[above - 1] + share * (d[above] - d[above - 1]);
  }

private:
  /// Of a bit, from the width before `i` to it, limited: an error of b bits
  /// falls by 2 log 2 = 1.39 a bit in theory.
  double slope(const Curve &d, size_t i) const {
    double step = (d[i] - d[i - 1]) / (widths[i] - widths[i - 1]);
    return std::clamp(step, -2.0, -1.0);
  }

  llvm::ArrayRef<unsigned> widths;
  Curve sum;
  int64_t count = 0;
};

/// Classes of fewer operands share a curve.
constexpr int64_t kLeastMembers = 3;

class Smoothing {
public:
  Smoothing(llvm::ArrayRef<Operand> operands, llvm::ArrayRef<unsigned> widths)
      : all(widths) {
    for (const Operand &operand : operands) {
      classes.try_emplace(classOf(operand), widths)
          .first->second.add(operand.logDivergence);
      all.add(operand.logDivergence);
    }
  }

  double logAt(const Operand &operand, unsigned bits) const {
    const SharedCurve &own = classes.at(classOf(operand));
    const SharedCurve &curve = own.size() < kLeastMembers ? all : own;
    return meanOf(operand.logDivergence) + curve.at(bits);
  }

private:
  static OperandKey classOf(const Operand &operand) {
    return {llvm::StringRef(operand.key.first).rsplit('.').second.str(),
            operand.key.second};
  }

  std::map<OperandKey, SharedCurve> classes;
  SharedCurve all;
};

} // namespace

std::vector<SmoothedSensitivity>
mixq::smoothSensitivity(llvm::ArrayRef<OperandSensitivity> measurements,
                        llvm::ArrayRef<unsigned> bits) {
  const Measurements points = byOperand(measurements);
  const std::vector<unsigned> widths = fittedWidths(points);
  if (widths.size() < 2)
    return {};
  std::vector<Operand> operands = collect(points, widths);
  Smoothing smoothing(operands, widths);
  std::vector<SmoothedSensitivity> result;
  for (const Operand &operand : operands)
    for (unsigned width : bits)
      result.push_back({operand.key.first, operand.key.second, width,
                        std::exp(smoothing.logAt(operand, width))});
  return result;
}
