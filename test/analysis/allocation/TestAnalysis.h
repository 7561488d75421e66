//===- TestAnalysis.h - A complete analysis for tests of plans --*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_ANALYSIS_ALLOCATION_TESTANALYSIS_H
#define MIXQ_TEST_ANALYSIS_ALLOCATION_TESTANALYSIS_H

#include "analysis/results/AnalysisFile.h"
#include "test/analysis/plan/TestUnits.h"

namespace mixq {

/// Every operand of the test units at 2 to 7 bits: `scale` * 4^-bits, where the
/// scale is 1, 2, 3, ... in the order of the operands.
inline Analysis makeTestAnalysis() {
  Analysis analysis =
      makeAnalysis(makeTestUnits(), {32, 0, "00112233445566ff"});
  analysis.sensitivityMode = "exact";
  analysis.baseline = "w8a8";
  double scale = 0;
  for (UnitResults &unit : analysis.units)
    for (OperandResults &operand : unit.operands) {
      ++scale;
      double power = 1;
      for (unsigned bits = kMinBits; bits < kMaxBits; ++bits)
        operand.sensitivity[bits] = {scale * (power /= 4), 2 * scale * power,
                                     0.5};
    }
  return analysis;
}

} // namespace mixq

#endif // MIXQ_TEST_ANALYSIS_ALLOCATION_TESTANALYSIS_H
