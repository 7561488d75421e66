//===- WeightQuantizer.h - Codes for weights --------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_WEIGHTQUANTIZER_H
#define MIXQ_ANALYSIS_WEIGHTQUANTIZER_H

#include "absl/status/statusor.h"
#include "dialect/store/Tensor.h"

#include <vector>

namespace mixq {

/// The codes stand for scales[n] * (codes[n, ...] - zeroPoints[n]).
struct QuantizedWeight {
  Tensor codes;      ///< s8 or u8, of the weight's shape
  Tensor scales;     ///< fp32 [N]
  Tensor zeroPoints; ///< s32 [N]

  bool isSigned() const { return codes.type() == DataType::S8; }
  /// What the codes stand for.
  std::vector<float> dequantize() const;
};

/// Quantizes an fp32 weight [N, ...] to codes of `bits` bits, 2 to 8, with one
/// scale and zero-point an output channel, by least mean squared error.
///
/// 8 bits: symmetric s8; of the quantiles {1, 0.99999, 0.9999, 0.999} of |row|,
/// divided by 127, the best; code = clamp(round(w * fl(1 / scale)), -127, 127).
/// Fewer: u<bits>; the best of ranges that are 1, 0.95, ..., 0.4 of the row's
/// [min, max] extended to 0, and of [-max |w|, max |w|].
absl::StatusOr<QuantizedWeight> quantizeWeight(const Tensor &weight,
                                               unsigned bits = 8);

} // namespace mixq

#endif // MIXQ_ANALYSIS_WEIGHTQUANTIZER_H
