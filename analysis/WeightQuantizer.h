//===- WeightQuantizer.h - Symmetric codes for weights ----------*- C++ -*-===//
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

/// The codes stand for scales[n] * codes[n, ...].
struct QuantizedWeight {
  Tensor codes;  ///< s8, of the weight's shape
  Tensor scales; ///< fp32 [N]

  /// What the codes stand for.
  std::vector<float> dequantize() const;
};

/// Quantizes an fp32 weight [N, ...] to symmetric s8 codes with one scale an
/// output channel: of the quantiles {1, 0.99999, 0.9999, 0.999} of |row|,
/// divided by 127, the scale with the least mean squared error;
/// code = clamp(round(w * fl(1 / scale)), -127, 127).
absl::StatusOr<QuantizedWeight> quantizeWeight(const Tensor &weight);

} // namespace mixq

#endif // MIXQ_ANALYSIS_WEIGHTQUANTIZER_H
