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

#include <array>
#include <cmath>
#include <map>

using namespace mixq;

namespace {

/// The widths that are fitted.
constexpr std::array<unsigned, 3> kFitted = {2, 3, kMostFittedBits};
/// Logarithms of measurements that are zero but for rounding.
constexpr double kLeast = 1e-12;

/// log S at the fitted widths.
using Curve = std::array<double, kFitted.size()>;

using OperandKey = std::pair<std::string, unsigned>; ///< unit and operand

struct Operand {
  OperandKey key;
  Curve divergence{}, featureError{};
  unsigned seen = 0; ///< a bit for each fitted width
};

/// log of joint effect / sum of single ones, or 0 where it was not measured.
struct LogExcess {
  double divergence = 0, featureError = 0;
};

double logRatio(double joint, double sum) {
  return joint > 0 && sum > 0 ? std::log(joint / sum) : 0;
}

LogExcess excessAt(const SensitivityMeasurements &measurements, bool isWeight,
                   unsigned bits) {
  for (const JointSensitivity &joint : measurements.joint)
    if (joint.isWeight == isWeight && joint.bits == bits)
      return {logRatio(joint.divergence, joint.divergenceSum),
              logRatio(joint.featureError, joint.featureErrorSum)};
  return {};
}

std::vector<Operand> collect(const SensitivityMeasurements &measurements) {
  std::vector<Operand> operands;
  std::map<OperandKey, size_t> index;
  for (const OperandSensitivity &measured : measurements.operands) {
    const auto *width = llvm::find(kFitted, measured.bits);
    if (width == kFitted.end())
      continue;
    OperandKey key(measured.unit, measured.operand);
    auto [found, isNew] = index.try_emplace(key, operands.size());
    if (isNew)
      operands.push_back({key});
    Operand &operand = operands[found->second];
    size_t i = width - kFitted.begin();
    LogExcess excess = excessAt(measurements, measured.isWeight, measured.bits);
    operand.divergence[i] =
        std::log(std::max(measured.divergence, kLeast)) + excess.divergence;
    operand.featureError[i] =
        std::log(std::max(measured.featureError, kLeast)) + excess.featureError;
    operand.seen |= 1 << i;
  }
  llvm::erase_if(operands, [](const Operand &operand) {
    return operand.seen != (1 << kFitted.size()) - 1;
  });
  return operands;
}

double meanOf(const Curve &curve) {
  return (curve[0] + curve[1] + curve[2]) / curve.size();
}

/// d of a class: the mean over its operands of log S - g, which never rises.
class SharedCurve {
public:
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
    if (bits <= kFitted.back())
      return d[bits - kFitted.front()];
    // An error of b bits falls by 2 log 2 = 1.39 a bit in theory.
    double slope = std::clamp(d[2] - d[1], -2.0, -1.0);
    return d[2] + slope * (bits - kFitted.back());
  }

private:
  Curve sum{};
  int64_t count = 0;
};

/// Classes of fewer operands share a curve.
constexpr int64_t kLeastMembers = 3;

class Smoothing {
public:
  Smoothing(llvm::ArrayRef<Operand> operands, Curve Operand::*quantity)
      : quantity(quantity) {
    for (const Operand &operand : operands) {
      classes[classOf(operand)].add(operand.*quantity);
      all.add(operand.*quantity);
    }
  }

  double logAt(const Operand &operand, unsigned bits) const {
    const SharedCurve &own = classes.at(classOf(operand));
    const SharedCurve &curve = own.size() < kLeastMembers ? all : own;
    return meanOf(operand.*quantity) + curve.at(bits);
  }

private:
  static OperandKey classOf(const Operand &operand) {
    return {llvm::StringRef(operand.key.first).rsplit('.').second.str(),
            operand.key.second};
  }

  Curve Operand::*quantity;
  std::map<OperandKey, SharedCurve> classes;
  SharedCurve all;
};

/// The head cannot change its own input.
bool hasFeatureError(const Operand &operand) {
  return meanOf(operand.featureError) > std::log(kLeast) / 2;
}

/// What brings feature errors to the size of divergences.
double meanLogRatio(llvm::ArrayRef<Operand> operands) {
  double sum = 0;
  int64_t count = 0;
  for (const Operand &operand : operands)
    if (hasFeatureError(operand)) {
      sum += meanOf(operand.divergence) - meanOf(operand.featureError);
      ++count;
    }
  return count ? sum / count : 0;
}

} // namespace

std::vector<SmoothedSensitivity>
mixq::smoothSensitivity(const SensitivityMeasurements &measurements,
                        llvm::ArrayRef<unsigned> bits) {
  std::vector<Operand> operands = collect(measurements);
  Smoothing divergence(operands, &Operand::divergence);
  Smoothing featureError(operands, &Operand::featureError);
  double logRatio = meanLogRatio(operands);
  std::vector<SmoothedSensitivity> result;
  for (const Operand &operand : operands)
    for (unsigned width : bits) {
      double logDivergence = divergence.logAt(operand, width);
      double logFeature = featureError.logAt(operand, width);
      double logSensitivity = hasFeatureError(operand)
                                  ? (logDivergence + logFeature + logRatio) / 2
                                  : logDivergence;
      result.push_back({operand.key.first, operand.key.second, width,
                        std::exp(logDivergence), std::exp(logFeature),
                        std::exp(logSensitivity)});
    }
  return result;
}
