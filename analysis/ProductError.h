//===- ProductError.h - What quantization does to a product -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_PRODUCTERROR_H
#define MIXQ_ANALYSIS_PRODUCTERROR_H

#include "analysis/ActivationQuantizer.h"
#include "analysis/Histogram.h"

#include <cstdint>
#include <vector>

namespace mixq {

/// Rows x of one operand [m, k] of a product x other^T, a weight for each row,
/// and a matrix [n, k] with the same errors as the other operand.
struct ProductSample {
  int64_t columns = 0; ///< k
  std::vector<float> rows;
  std::vector<float> rowWeights;
  std::vector<float> other;
  /// An error that all rows share does no harm: a bias takes it away, or a
  /// softmax over the rows does.
  bool ignoresSharedError = false;

  int64_t rowCount() const { return rowWeights.size(); }
  int64_t otherCount() const { return other.size() / columns; }

  /// Replaces `other` [n, k] by L^T of other^T other = L L^T where n > k: the
  /// same |e other^T|^2 with fewer operations.
  void condense();

  /// The same with one row in `stride`: what a coarse search looks at. Rows are
  /// sampled image by image in a pattern of a few dozen, whose every place a
  /// stride of five reaches.
  ProductSample thinned(int64_t stride = 5) const;
};

/// sum over samples and rows of weight * |(x^ - x) other^T|^2, where x^ is x
/// quantized and dequantized. With ignoresSharedError x^ - x is taken less its
/// weighted mean over the rows.
double productError(const std::vector<ProductSample> &samples,
                    const ActivationQuantizer &quantizer);

/// The error of one product when the other operand is replaced, too:
/// sum over rows of weight * |x^ replaced^T - x other^T|^2.
double productError(const ProductSample &sample,
                    const ActivationQuantizer &quantizer,
                    const std::vector<float> &replaced);

} // namespace mixq

#endif // MIXQ_ANALYSIS_PRODUCTERROR_H
