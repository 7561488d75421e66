//===- UniformQuantizer.h - A scale, a zero-point and codes -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_UNIFORMQUANTIZER_H
#define MIXQ_ANALYSIS_UNIFORMQUANTIZER_H

#include "analysis/Numerics.h"

#include <algorithm>

namespace mixq {

/// The quantizer of a whole tensor, or of one channel of it.
struct UniformQuantizer {
  /// Scales are not smaller, so that their reciprocals are finite and all-zero
  /// tensors have a quantizer.
  static constexpr double kLeastScale = 1e-8;

  float scale = static_cast<float>(kLeastScale);
  int32_t zeroPoint = 0;
  int32_t lowCode = 0;
  int32_t highCode = 255;

  /// Codes of u<bits> over [low, high] extended to 0:
  /// scale = (high - low) / (2^bits - 1), zero_point = round(-low / scale).
  static UniformQuantizer asymmetric(double low, double high,
                                     unsigned bits = 8) {
    low = std::min(low, 0.0);
    high = std::max(high, 0.0);
    UniformQuantizer result;
    result.highCode = (1 << bits) - 1;
    result.scale = scaleOf((high - low) / result.highCode);
    result.zeroPoint =
        static_cast<int32_t>(numerics::roundEven(-low / result.scale));
    return result;
  }

  /// Codes of s<bits> around 0 that reach `magnitude`:
  /// scale = magnitude / (2^(bits - 1) - 1).
  static UniformQuantizer symmetric(double magnitude, unsigned bits = 8) {
    UniformQuantizer result;
    result.lowCode = -(1 << (bits - 1));
    result.highCode = (1 << (bits - 1)) - 1;
    result.scale = scaleOf(magnitude / result.highCode);
    return result;
  }

  bool isSigned() const { return lowCode < 0; }
  unsigned bits() const {
    unsigned bits = 0;
    while ((1 << bits) <= highCode - lowCode)
      ++bits;
    return bits;
  }

  /// As `mixq.quantize` defines it.
  float quantize(float value) const {
    float code = numerics::roundEven(value * (1.0f / scale)) +
                 static_cast<float>(zeroPoint);
    return numerics::clampCode(code, static_cast<float>(lowCode),
                               static_cast<float>(highCode));
  }

  /// The value that the code of `value` stands for.
  double roundTrip(float value) const {
    return (static_cast<double>(quantize(value)) - zeroPoint) * scale;
  }

  /// The same in fp32, of many values, as the IR computes it.
  void roundTrip(const float *values, int64_t count, float *out) const {
    float reciprocal = 1.0f / scale, zero = static_cast<float>(zeroPoint);
    float low = static_cast<float>(lowCode),
          high = static_cast<float>(highCode);
    for (int64_t i = 0; i < count; ++i) {
      float code = numerics::roundEven(values[i] * reciprocal) + zero;
      out[i] = (numerics::clampCode(code, low, high) - zero) * scale;
    }
  }

private:
  /// Scales are fp32.
  static float scaleOf(double scale) {
    return static_cast<float>(std::max(scale, kLeastScale));
  }
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_UNIFORMQUANTIZER_H
