//===- ProductSamples.h - Random samples of products ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_ANALYSIS_PRODUCTSAMPLES_H
#define MIXQ_TEST_ANALYSIS_PRODUCTSAMPLES_H

#include "analysis/ProductError.h"

#include <random>

namespace mixq {

/// In [-1, 1].
inline std::vector<float> randomValues(size_t count, unsigned seed) {
  std::minstd_rand generator(seed);
  std::vector<float> values(count);
  for (float &value : values)
    value = static_cast<float>(generator() % 65537) / 32768.0f - 1;
  return values;
}

inline ProductSample randomSample(int64_t rows, int64_t columns,
                                  int64_t others) {
  ProductSample sample;
  sample.columns = columns;
  sample.rows = randomValues(rows * columns, 1);
  sample.rowWeights = std::vector<float>(rows, 1.0f);
  sample.other = randomValues(others * columns, 2);
  return sample;
}

} // namespace mixq

#endif // MIXQ_TEST_ANALYSIS_PRODUCTSAMPLES_H
