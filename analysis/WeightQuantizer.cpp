//===- WeightQuantizer.cpp - Codes for weights ----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/WeightQuantizer.h"

#include "absl/strings/str_cat.h"
#include "analysis/UniformQuantizer.h"

#include <array>
#include <cmath>
#include <vector>

using namespace mixq;

namespace {

/// One output channel.
struct Row {
  const float *values;
  int64_t size;
};

constexpr double kLeastPercentile = 0.999;
constexpr std::array<double, 4> kPercentiles = {1.0, 0.99999, 0.9999,
                                                kLeastPercentile};

} // namespace

/// The largest magnitudes of a row, descending: as many as the quantiles of
/// kPercentiles look at.
static std::vector<float> largestMagnitudes(Row row) {
  std::vector<float> magnitudes(row.size);
  for (int64_t i = 0; i < row.size; ++i)
    magnitudes[i] = std::abs(row.values[i]);
  auto deepest = static_cast<int64_t>((1 - kLeastPercentile) * (row.size - 1));
  int64_t count = std::min(row.size, deepest + 2);
  std::partial_sort(magnitudes.begin(), magnitudes.begin() + count,
                    magnitudes.end(), std::greater<>());
  magnitudes.resize(count);
  return magnitudes;
}

/// Quantile p of a row, linear between neighbours.
static double quantile(const std::vector<float> &descending, double p,
                       int64_t rowSize) {
  double position = (1 - p) * (rowSize - 1);
  auto above = static_cast<size_t>(position);
  size_t below = std::min(above + 1, descending.size() - 1);
  double fraction = position - above;
  return (1 - fraction) * descending[above] + fraction * descending[below];
}

static float codeOf(float value, float reciprocal) {
  return numerics::clampCode(numerics::roundEven(value * reciprocal), -127.0f,
                             127.0f);
}

/// The sum of (scale * code - w)^2, in lanes so that it vectorises.
static float squaredError(Row row, float scale) {
  float reciprocal = 1.0f / scale;
  return numerics::laneReduce(row.size, [=](int64_t i, float sum) {
    float error = scale * codeOf(row.values[i], reciprocal) - row.values[i];
    return std::fma(error, error, sum);
  });
}

static float chooseScale(Row row) {
  std::vector<float> magnitudes = largestMagnitudes(row);
  float best = 0, leastError = INFINITY;
  for (double p : kPercentiles) {
    double reach = quantile(magnitudes, p, row.size);
    float scale = UniformQuantizer::symmetric(reach).scale;
    float error = squaredError(row, scale);
    // The first candidate stands if all errors are beyond fp32.
    if (best == 0 || error < leastError) {
      best = scale;
      leastError = error;
    }
  }
  return best;
}

static absl::Status checkWeight(const Tensor &weight) {
  if (weight.type() != DataType::F32 || weight.rank() < 1 || weight.size() == 0)
    return absl::InvalidArgumentError(
        absl::StrCat("expects a weight of f32 with output channels, found ",
                     describe(weight)));
  const auto *values = weight.data<float>();
  for (int64_t i = 0, n = weight.size(); i < n; ++i)
    if (!std::isfinite(values[i]))
      return absl::InvalidArgumentError(absl::StrCat(
          "expects finite weights, found ", values[i], " at element ", i));
  return absl::OkStatus();
}

/// The same for any codes.
static float squaredError(Row row, const UniformQuantizer &quantizer) {
  float scale = quantizer.scale, reciprocal = 1.0f / scale;
  auto zero = static_cast<float>(quantizer.zeroPoint);
  auto high = static_cast<float>(quantizer.highCode);
  return numerics::laneReduce(row.size, [=](int64_t i, float sum) {
    float code = numerics::clampCode(
        numerics::roundEven(row.values[i] * reciprocal) + zero, 0.0f, high);
    float error = scale * (code - zero) - row.values[i];
    return std::fma(error, error, sum);
  });
}

/// u<bits> codes: a range of the row, or around 0, shrunk.
static UniformQuantizer chooseQuantizer(Row row, unsigned bits) {
  auto [low, high] = std::minmax_element(row.values, row.values + row.size);
  double reach = std::max(std::abs(*low), std::abs(*high));
  // The first candidate stands if all errors are beyond fp32.
  UniformQuantizer best = UniformQuantizer::asymmetric(*low, *high, bits);
  float leastError = squaredError(row, best);
  auto consider = [&](const UniformQuantizer &candidate) {
    float error = squaredError(row, candidate);
    if (!(error < leastError))
      return;
    best = candidate;
    leastError = error;
  };
  constexpr int kSteps = 12;
  for (int step = 0; step <= kSteps; ++step) {
    double fraction = 1 - 0.05 * step;
    consider(
        UniformQuantizer::asymmetric(fraction * *low, fraction * *high, bits));
    consider(UniformQuantizer::asymmetric(-fraction * reach, fraction * reach,
                                          bits));
  }
  return best;
}

std::vector<float> QuantizedWeight::dequantize() const {
  std::vector<float> values(codes.size());
  int64_t size = codes.size() / scales.size();
  for (int64_t i = 0; i < codes.size(); ++i) {
    int32_t code = isSigned() ? int32_t(codes.data<int8_t>()[i])
                              : int32_t(codes.data<uint8_t>()[i]);
    values[i] =
        static_cast<float>(code - zeroPoints.data<int32_t>()[i / size]) *
        scales.data<float>()[i / size];
  }
  return values;
}

static void quantizeTo8Bits(const Tensor &weight, QuantizedWeight &result) {
  int64_t channels = weight.dim(0), size = weight.size() / channels;
  auto *codes = result.codes.mutableData<int8_t>();
  auto *scales = result.scales.mutableData<float>();
  for (int64_t n = 0; n < channels; ++n) {
    Row row{weight.data<float>() + n * size, size};
    scales[n] = chooseScale(row);
    float reciprocal = 1.0f / scales[n];
    for (int64_t i = 0; i < size; ++i)
      codes[n * size + i] = static_cast<int8_t>(
          static_cast<int32_t>(codeOf(row.values[i], reciprocal)));
  }
}

static void quantizeToFewer(const Tensor &weight, unsigned bits,
                            QuantizedWeight &result) {
  int64_t channels = weight.dim(0), size = weight.size() / channels;
  auto *codes = result.codes.mutableData<uint8_t>();
  for (int64_t n = 0; n < channels; ++n) {
    Row row{weight.data<float>() + n * size, size};
    UniformQuantizer quantizer = chooseQuantizer(row, bits);
    result.scales.mutableData<float>()[n] = quantizer.scale;
    result.zeroPoints.mutableData<int32_t>()[n] = quantizer.zeroPoint;
    for (int64_t i = 0; i < size; ++i)
      codes[n * size + i] = static_cast<uint8_t>(
          static_cast<int32_t>(quantizer.quantize(row.values[i])));
  }
}

absl::StatusOr<QuantizedWeight> mixq::quantizeWeight(const Tensor &weight,
                                                     unsigned bits) {
  if (absl::Status status = checkWeight(weight); !status.ok())
    return status;
  if (bits < 2 || bits > 8)
    return absl::InvalidArgumentError(
        absl::StrCat("expects weights of 2 to 8 bits, found ", bits));
  DataType type = bits == 8 ? DataType::S8 : DataType::U8;
  QuantizedWeight result{Tensor(type, weight.shape()),
                         Tensor(DataType::F32, {weight.dim(0)}),
                         Tensor(DataType::S32, {weight.dim(0)})};
  if (bits == 8)
    quantizeTo8Bits(weight, result);
  else
    quantizeToFewer(weight, bits, result);
  return result;
}
