//===- Numerics.h - Exact fp32 arithmetic of the host -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one definition of exp, gelu, rounding and row sums in fp32. The code
// generator emits the same IEEE operations in the same order, so compiled
// modules and the interpreter agree bit for bit; docs/design/numerics.md is the
// text. For double there are plain versions, which analyses in double use.
// Must be compiled without contraction: a fma stands only where it is written.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_NUMERICS_H
#define MIXQ_ANALYSIS_NUMERICS_H

#include "dialect/Numerics.h"

#include <cmath>
#include <cstdint>
#include <cstring>

namespace mixq::numerics {

/// To the nearest integer, ties to even.
inline float roundEven(float value) { return __builtin_roundevenf(value); }
inline double roundEven(double value) { return __builtin_roundeven(value); }

/// `value` within [low, high]; NaN becomes `low`.
template <typename T> T clampCode(T value, T low, T high) {
  value = value > low ? value : low;
  return value < high ? value : high;
}

/// clamp(round(value)) to a code in [0, highest].
inline uint8_t toByte(float value, float highest = 255.0f) {
  float code = clampCode(roundEven(value), 0.0f, highest);
  return static_cast<uint8_t>(static_cast<int32_t>(code));
}

/// The entry of `table` nearest to `t`, which is in its units: the number of
/// midpoints below `t` is its index. Halfway: the lower; NaN: the first.
template <typename T>
int32_t nearestEntry(T t, const int32_t *table, int64_t size) {
  int64_t index = 0;
  for (int64_t i = 0; i + 1 < size; ++i)
    index += t > static_cast<T>(table[i] + table[i + 1]) / 2;
  return table[index];
}

/// exp(x) for x <= 0; below -87 and for NaN, exp(-87).
inline float expNonPositive(float x) {
  x = x > exp::kLowest ? x : exp::kLowest;
  float n = roundEven(x * exp::kLog2e);
  float r = std::fma(n, -exp::kLn2High, x);
  r = std::fma(n, -exp::kLn2Low, r);
  float p = exp::kCoefficients[0];
  for (size_t i = 1; i < exp::kCoefficients.size(); ++i)
    p = std::fma(p, r, exp::kCoefficients[i]);
  int32_t bits;
  std::memcpy(&bits, &p, sizeof(bits));
  // p lies in [0.7, 1.42] and n in [-126, 0], and p > 1 where n is -126: the
  // result is a normal number, and the unsigned sum only wraps past its top.
  bits = static_cast<int32_t>(
      static_cast<uint32_t>(bits) +
      (static_cast<uint32_t>(static_cast<int32_t>(n)) << 23));
  std::memcpy(&p, &bits, sizeof(p));
  return p;
}
inline double expNonPositive(double x) { return std::exp(x); }

/// b * (t * p(v) + 1/2), what both forms of gelu are; see dialect/Numerics.h.
template <typename Coefficients>
float applyGeluPolynomial(float x, float bound, float squareScale,
                          const Coefficients &coefficients) {
  float b = x > -bound ? x : -bound;
  float t = b < bound ? b : bound;
  float v = std::fma(t * t, squareScale, -1.0f);
  float p = coefficients[0];
  for (size_t i = 1; i < coefficients.size(); ++i)
    p = std::fma(p, v, coefficients[i]);
  return b * std::fma(t, p, 0.5f);
}

/// x Phi(x).
inline float applyGelu(float x) {
  return applyGeluPolynomial(x, gelu::kBound, gelu::kSquareScale,
                             gelu::kCoefficients);
}
inline double applyGelu(double x) {
  return 0.5 * x * std::erfc(-x * M_SQRT1_2);
}

/// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
inline float applyGeluTanh(float x) {
  return applyGeluPolynomial(x, gelu_tanh::kBound, gelu_tanh::kSquareScale,
                             gelu_tanh::kCoefficients);
}
inline double applyGeluTanh(double x) {
  const double sqrtTwoOverPi = M_2_SQRTPI * M_SQRT1_2;
  return 0.5 * x * (1 + std::tanh(sqrtTwoOverPi * (x + 0.044715 * x * x * x)));
}

/// Either.
template <typename T> T applyGelu(T x, bool tanh) {
  return tanh ? applyGeluTanh(x) : applyGelu(x);
}

/// Either, as precise as a result that becomes codes needs.
inline float applyGeluForCodes(float x, bool tanh) {
  if (tanh)
    return applyGeluPolynomial(x, gelu_tanh_codes::kBound,
                               gelu_tanh_codes::kSquareScale,
                               gelu_tanh_codes::kCoefficients);
  return applyGeluPolynomial(x, gelu_codes::kBound, gelu_codes::kSquareScale,
                             gelu_codes::kCoefficients);
}
inline double applyGeluForCodes(double x, bool tanh) {
  return applyGelu(x, tanh);
}

/// What `mixq.gelu` computes.
template <typename T> T applyGelu(T x, bool tanh, bool codes) {
  return codes ? applyGeluForCodes(x, tanh) : applyGelu(x, tanh);
}

/// Folds term(i, accumulator) over [0, n) in 16 lanes, then adds the lanes.
template <typename Term> float laneReduce(int64_t n, Term term) {
  float lanes[kSumLanes] = {};
  int64_t i = 0;
  for (; i + kSumLanes <= n; i += kSumLanes)
    for (int64_t lane = 0; lane < kSumLanes; ++lane)
      lanes[lane] = term(i + lane, lanes[lane]);
  for (int64_t lane = 0; i < n; ++i, ++lane)
    lanes[lane] = term(i, lanes[lane]);
  for (int64_t half = kSumLanes / 2; half > 0; half /= 2)
    for (int64_t lane = 0; lane < half; ++lane)
      lanes[lane] += lanes[lane + half];
  return lanes[0];
}

/// The sum of a row.
inline float laneSum(const float *row, int64_t n) {
  return laneReduce(n, [=](int64_t i, float sum) { return sum + row[i]; });
}
inline double laneSum(const double *row, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i)
    sum += row[i];
  return sum;
}

/// The sum of (row[i] - mean)^2.
inline float laneSquares(const float *row, int64_t n, float mean) {
  return laneReduce(n, [=](int64_t i, float sum) {
    float difference = row[i] - mean;
    return std::fma(difference, difference, sum);
  });
}
inline double laneSquares(const double *row, int64_t n, double mean) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i)
    sum += (row[i] - mean) * (row[i] - mean);
  return sum;
}

/// What LayerNorm subtracts from a row, and then multiplies it by.
template <typename T> struct Moments {
  T mean;
  T rstd;
};

template <typename T>
Moments<T> rowMoments(const T *row, int64_t n, T epsilon) {
  T reciprocal = T(1) / static_cast<T>(n);
  T mean = laneSum(row, n) * reciprocal;
  T variance = std::fma(laneSquares(row, n, mean), reciprocal, epsilon);
  return {mean, T(1) / std::sqrt(variance)};
}

/// An element of LayerNorm's result.
template <typename T> T normalize(T x, Moments<T> moments, T gamma, T beta) {
  return std::fma((x - moments.mean) * moments.rstd, gamma, beta);
}

} // namespace mixq::numerics

#endif // MIXQ_ANALYSIS_NUMERICS_H
