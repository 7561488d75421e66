//===- QuantizerSearch.h - The codes of least product error -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_QUANTIZERSEARCH_H
#define MIXQ_ANALYSIS_QUANTIZERSEARCH_H

#include "analysis/ProductError.h"

namespace mixq {

/// The quantizers to choose from.
struct QuantizerSpace {
  unsigned bits = 8;
  /// Signed codes around 0.
  bool isSymmetric = false;
  /// The values start at one end, crowd there and reach far: logarithmic
  /// codebooks are tried, too.
  bool isOneSided = false;
};

/// Above, a table of bytes has no entries that uniform codes lack.
inline constexpr unsigned kMostCodebookBits = 6;

enum class SearchEffort { Coarse, Fine };

/// The quantizer with the least productError, for values in [low, high]: a
/// coarse search, then (unless Coarse) finer ones around the best. The uniform
/// search shrinks both ends alike, then each by itself; the logarithmic one
/// moves the reach and the steps of an octave.
ActivationQuantizer searchQuantizer(const std::vector<ProductSample> &samples,
                                    const ValueRange &range,
                                    const QuantizerSpace &space,
                                    SearchEffort effort = SearchEffort::Fine);

} // namespace mixq

#endif // MIXQ_ANALYSIS_QUANTIZERSEARCH_H
