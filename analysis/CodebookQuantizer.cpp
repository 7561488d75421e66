//===- CodebookQuantizer.cpp - Codes that stand for table entries ---------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/CodebookQuantizer.h"

#include "analysis/UniformQuantizer.h"

#include <algorithm>
#include <array>
#include <cmath>

using namespace mixq;

CodebookQuantizer CodebookQuantizer::logarithmic(unsigned bits, double reach,
                                                 double stepsPerOctave,
                                                 bool hasZero, double offset) {
  CodebookQuantizer result;
  result.scale = static_cast<float>(
      std::max(reach / kLargestEntry, UniformQuantizer::kLeastScale));
  result.offset = static_cast<float>(offset);
  int entries = 1 << bits;
  for (int i = entries - 1; i >= 0; --i)
    result.table.push_back(static_cast<uint8_t>(
        numerics::roundEven(kLargestEntry * std::exp2(-i / stepsPerOctave))));
  if (hasZero)
    result.table.front() = 0;
  return result;
}

unsigned CodebookQuantizer::bits() const {
  unsigned bits = 0;
  while ((size_t(1) << bits) < table.size())
    ++bits;
  return bits;
}

/// Entries are integers, so the midpoints between them are multiples of 1/2:
/// values of t in one of the intervals ((j - 1) / 2, j / 2] share a code, since
/// a value beyond a midpoint takes the upper entry.
static constexpr int kIntervals = 2 * CodebookQuantizer::kLargestEntry + 1;

/// What the values t of each interval stand for.
static std::array<float, kIntervals>
valuesOfIntervals(const CodebookQuantizer &quantizer) {
  std::array<float, kIntervals> values;
  size_t code = 0;
  const std::vector<uint8_t> &table = quantizer.table;
  for (int j = 0; j < kIntervals; ++j) {
    while (code + 1 < table.size() && table[code] + table[code + 1] < j)
      ++code;
    values[j] = std::fma(quantizer.scale, float(table[code]), quantizer.offset);
  }
  return values;
}

void CodebookQuantizer::roundTrip(const float *values, int64_t count,
                                  float *out) const {
  std::array<float, kIntervals> standsFor = valuesOfIntervals(*this);
  float reciprocal = 1.0f / scale;
  for (int64_t i = 0; i < count; ++i) {
    float interval = std::ceil(2 * ((values[i] - offset) * reciprocal));
    interval = numerics::clampCode(interval, 0.0f, float(kIntervals - 1));
    out[i] = standsFor[static_cast<int32_t>(interval)];
  }
}
