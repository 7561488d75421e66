//===- CodebookQuantizer.h - Codes that stand for table entries -*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_CODEBOOKQUANTIZER_H
#define MIXQ_ANALYSIS_CODEBOOKQUANTIZER_H

#include <cstdint>
#include <vector>

namespace mixq {

/// Code q stands for scale * table[q] + offset. A value takes the code of the
/// entry that is nearest to (x - offset) / scale.
struct CodebookQuantizer {
  static constexpr int32_t kLargestEntry = 255;

  float scale = 1;
  float offset = 0;
  std::vector<uint8_t> table; ///< 2^bits entries that do not decrease

  /// Powers of 2^(-1 / stepsPerOctave), the largest of which stands for
  /// `reach` above `offset`: entries round(255 * 2^(-i / stepsPerOctave)) for
  /// i = 0, 1, ..., and in place of the smallest one 0 if `hasZero`.
  static CodebookQuantizer logarithmic(unsigned bits, double reach,
                                       double stepsPerOctave, bool hasZero,
                                       double offset);

  unsigned bits() const;

  /// out[i] = the value that the code of values[i] stands for.
  void roundTrip(const float *values, int64_t count, float *out) const;
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_CODEBOOKQUANTIZER_H
