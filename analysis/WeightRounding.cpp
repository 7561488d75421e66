//===- WeightRounding.cpp - Weights in codes for quantized inputs ---------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/WeightRounding.h"

#include "analysis/Parallel.h"
#include "analysis/UniformQuantizer.h"

#include <array>
#include <eigen3/Eigen/Dense>
#include <numeric>

using namespace mixq;

namespace {

/// Rows are output channels. Column-major, so that an input channel of all
/// rows, which is rounded at once, is contiguous.
using Weights = Eigen::MatrixXf;
using Rows =
    Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Values = Eigen::ArrayXf;

/// One quantizer a row.
struct RowQuantizers {
  float lowCode, highCode;
  Values scales, zeroPoints;

  /// What the codes of a column's values stand for.
  Values roundTrip(const Values &values) const {
    return (codes(values) - zeroPoints) * scales;
  }
  Values codes(const Values &values) const {
    return ((values / scales).rint() + zeroPoints).max(lowCode).min(highCode);
  }
  Weights roundTrip(const Weights &weight) const {
    Weights result(weight.rows(), weight.cols());
    for (int64_t c = 0; c < weight.cols(); ++c)
      result.col(c) = roundTrip(Values(weight.col(c)));
    return result;
  }
  void takeRow(int64_t row, const RowQuantizers &from) {
    scales[row] = from.scales[row];
    zeroPoints[row] = from.zeroPoints[row];
  }
};

/// Codes that reach `fraction` of each row's extremes.
RowQuantizers makeQuantizers(const Weights &weight, unsigned bits,
                             double fraction) {
  RowQuantizers result;
  result.scales.resize(weight.rows());
  result.zeroPoints.resize(weight.rows());
  for (int64_t n = 0; n < weight.rows(); ++n) {
    double low = fraction * weight.row(n).minCoeff();
    double high = fraction * weight.row(n).maxCoeff();
    UniformQuantizer row =
        bits == 8 ? UniformQuantizer::symmetric(std::max(-low, high))
                  : UniformQuantizer::asymmetric(low, high, bits);
    result.scales[n] = row.scale;
    result.zeroPoints[n] = static_cast<float>(row.zeroPoint);
    result.lowCode = static_cast<float>(bits == 8 ? -127 : row.lowCode);
    result.highCode = static_cast<float>(row.highCode);
  }
  return result;
}

/// (w - w^) H (w - w^)^T of each row.
Values rowErrors(const Weights &weight, const Weights &rounded,
                 const Eigen::MatrixXf &hessian) {
  Weights error = weight - rounded;
  return (error * hessian).cwiseProduct(error).rowwise().sum().array();
}

std::vector<double> fractionsFor(unsigned bits) {
  // The fewer the bits, the more a row gains by clipping its extremes.
  double least = bits >= 5 ? 0.6 : 0.3, most = bits >= 5 ? 1.02 : 1.05;
  int steps = bits >= 5 ? 12 : 26;
  std::vector<double> fractions;
  for (int i = 0; i < steps; ++i)
    fractions.push_back(least + (most - least) * i / (steps - 1));
  return fractions;
}

/// Of each row the clipping with the least error when rounded to nearest.
RowQuantizers searchQuantizers(const Weights &weight, unsigned bits,
                               const Eigen::MatrixXf &hessian) {
  RowQuantizers best = makeQuantizers(weight, bits, 1);
  Values least = rowErrors(weight, best.roundTrip(weight), hessian);
  for (double fraction : fractionsFor(bits)) {
    RowQuantizers candidate = makeQuantizers(weight, bits, fraction);
    Values errors = rowErrors(weight, candidate.roundTrip(weight), hessian);
    for (int64_t n = 0; n < weight.rows(); ++n)
      if (errors[n] < least[n]) {
        least[n] = errors[n];
        best.takeRow(n, candidate);
      }
  }
  return best;
}

/// Input channels by the size of their moment, the largest first: their errors
/// cost most, so they are rounded while most others can still make up for them.
std::vector<int64_t> descendingOrder(const Eigen::MatrixXf &hessian) {
  std::vector<int64_t> order(hessian.rows());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return std::make_pair(-hessian(a, a), a) <
           std::make_pair(-hessian(b, b), b);
  });
  return order;
}

/// GPTQ. After column k of the order is rounded with error e, the columns left
/// take up -e U_k / U_kk, U being the upper Cholesky factor of the inverse of
/// H.
class Compensation {
public:
  explicit Compensation(const Eigen::MatrixXf &hessian)
      : order(descendingOrder(hessian)), upper(factor(hessian, order)) {}

  Weights round(const Weights &weight, const RowQuantizers &quantizers) const {
    int64_t columns = weight.cols();
    Weights left(weight.rows(), columns), rounded(weight.rows(), columns);
    for (int64_t k = 0; k < columns; ++k)
      left.col(k) = weight.col(order[k]);
    for (int64_t k = 0; k < columns; ++k) {
      Values column = quantizers.roundTrip(Values(left.col(k)));
      rounded.col(order[k]) = column;
      Eigen::VectorXf error = (left.col(k).array() - column) / upper(k, k);
      left.rightCols(columns - k - 1).noalias() -=
          error * upper.row(k).tail(columns - k - 1);
    }
    return rounded;
  }

private:
  static Eigen::MatrixXf factor(const Eigen::MatrixXf &hessian,
                                const std::vector<int64_t> &order) {
    // METHOD of Frantar et al.: a share of the mean keeps H well-conditioned.
    constexpr double kDamping = 0.05;
    int64_t size = hessian.rows();
    Eigen::MatrixXd damped(size, size);
    for (int64_t i = 0; i < size; ++i)
      for (int64_t j = 0; j < size; ++j)
        damped(i, j) = hessian(order[i], order[j]);
    damped.diagonal().array() += kDamping * damped.diagonal().mean() + 1e-30;
    Eigen::MatrixXd inverse =
        damped.llt().solve(Eigen::MatrixXd::Identity(size, size));
    return Eigen::MatrixXd(inverse.llt().matrixU()).cast<float>();
  }

  std::vector<int64_t> order;
  Eigen::MatrixXf upper;
};

/// Rounds each column again to the best codes given all the others, `sweeps`
/// times: no step makes a row's error larger.
void descend(const Weights &weight, const RowQuantizers &quantizers,
             const Eigen::MatrixXf &hessian, int sweeps, Weights &rounded) {
  Weights gradient = (weight - rounded) * hessian;
  for (int sweep = 0; sweep < sweeps; ++sweep)
    for (int64_t k = 0; k < weight.cols(); ++k) {
      float curvature = hessian(k, k);
      if (!(curvature > 0))
        continue;
      Values best =
          rounded.col(k).array() + gradient.col(k).array() / curvature;
      Eigen::VectorXf step =
          quantizers.roundTrip(best) - rounded.col(k).array();
      if (step.isZero(0))
        continue;
      rounded.col(k) += step;
      gradient.noalias() -= step * hessian.row(k);
    }
}

/// The scale of each row that fits its codes best: w H c / c H c with c = code
/// - zero-point.
void refitScales(const Weights &weight, const Eigen::MatrixXf &hessian,
                 RowQuantizers &quantizers, Weights &rounded) {
  Weights moved = rounded * hessian;
  Values along = moved.cwiseProduct(weight).rowwise().sum().array();
  Values square = moved.cwiseProduct(rounded).rowwise().sum().array();
  for (int64_t n = 0; n < weight.rows(); ++n) {
    float factor = along[n] / square[n];
    if (!(factor > 0.5f && factor < 2.0f))
      continue;
    quantizers.scales[n] *= factor;
    rounded.row(n) *= factor;
  }
}

/// Rows in codes and what these stand for.
struct Rounding {
  RowQuantizers quantizers;
  Weights rounded;
};

Rounding compensateAt(float factor, const Weights &weight,
                      const Eigen::MatrixXf &hessian,
                      const Compensation &compensation,
                      const RowQuantizers &quantizers) {
  constexpr int kSweeps = 2;
  Rounding result{quantizers, {}};
  result.quantizers.scales *= factor;
  result.rounded = compensation.round(weight, result.quantizers);
  descend(weight, result.quantizers, hessian, kSweeps, result.rounded);
  refitScales(weight, hessian, result.quantizers, result.rounded);
  descend(weight, result.quantizers, hessian, kSweeps, result.rounded);
  return result;
}

/// Tries the scales around those searched, since compensated rows want others.
Rounding compensate(const Weights &weight, const Eigen::MatrixXf &hessian,
                    const RowQuantizers &quantizers, unsigned threads) {
  constexpr std::array<float, 4> kFactors = {0.8f, 0.9f, 1.0f, 1.12f};
  Compensation compensation(hessian);
  std::array<Rounding, kFactors.size()> candidates;
  auto tryFactor = [&](int64_t i) {
    candidates[i] =
        compensateAt(kFactors[i], weight, hessian, compensation, quantizers);
    return llvm::success();
  };
  (void)parallelFor(kFactors.size(), threads, tryFactor);
  Rounding best{quantizers, quantizers.roundTrip(weight)};
  Values least = rowErrors(weight, best.rounded, hessian);
  for (const Rounding &candidate : candidates) {
    Values errors = rowErrors(weight, candidate.rounded, hessian);
    for (int64_t n = 0; n < weight.rows(); ++n)
      if (errors[n] < least[n]) {
        least[n] = errors[n];
        best.quantizers.takeRow(n, candidate.quantizers);
        best.rounded.row(n) = candidate.rounded.row(n);
      }
  }
  return best;
}

/// Rows less their weighted mean, times the roots of their weights.
Rows centred(const std::vector<float> &values, const Eigen::VectorXf &shares,
             int64_t columns, Eigen::RowVectorXd &mean) {
  Eigen::Map<const Rows> rows(values.data(), shares.size(), columns);
  mean = shares.transpose().cast<double>() * rows.cast<double>();
  Rows result = rows.rowwise() - mean.cast<float>();
  result.array().colwise() *= shares.array().sqrt();
  return result;
}

template <typename Code>
void storeCodes(const Weights &rounded, const RowQuantizers &quantizers,
                Code *codes) {
  for (int64_t c = 0; c < rounded.cols(); ++c) {
    Values column = quantizers.codes(Values(rounded.col(c)));
    for (int64_t n = 0; n < rounded.rows(); ++n)
      codes[n * rounded.cols() + c] =
          static_cast<Code>(static_cast<int32_t>(column[n]));
  }
}

RoundedWeight finish(const Weights &rounded, const RowQuantizers &quantizers,
                     unsigned bits) {
  int64_t rows = rounded.rows(), columns = rounded.cols();
  RoundedWeight result;
  result.codes =
      Tensor(bits == 8 ? DataType::S8 : DataType::U8, {rows, columns});
  if (bits == 8)
    storeCodes(rounded, quantizers, result.codes.mutableData<int8_t>());
  else
    storeCodes(rounded, quantizers, result.codes.mutableData<uint8_t>());
  std::vector<float> scales(quantizers.scales.begin(), quantizers.scales.end());
  std::vector<int32_t> zeroPoints;
  for (float zeroPoint : quantizers.zeroPoints)
    zeroPoints.push_back(static_cast<int32_t>(zeroPoint));
  result.scales = Tensor::of<float>({rows}, scales);
  result.zeroPoints = Tensor::of<int32_t>({rows}, zeroPoints);
  result.dequantized.resize(rounded.size());
  // As mixq.dequantize has it, bit for bit.
  for (int64_t i = 0; i < rounded.size(); ++i) {
    int64_t n = i / columns;
    int32_t code = bits == 8 ? result.codes.data<int8_t>()[i]
                             : result.codes.data<uint8_t>()[i];
    result.dequantized[i] =
        static_cast<float>(code - zeroPoints[n]) * scales[n];
  }
  return result;
}

Weights weightsOf(const std::vector<float> &weight, int64_t columns) {
  return Eigen::Map<const Rows>(weight.data(), weight.size() / columns,
                                columns);
}

} // namespace

/// The weighted moments of the inputs.
struct WeightRounder::Moments {
  Eigen::RowVectorXd mean, exactMean;
  Eigen::MatrixXf hessian; ///< sum_t v_t (x^ - mean)(x^ - mean)^T / sum_t v_t
  Eigen::MatrixXf cross;   ///< the same of x - exactMean and x^ - mean

  /// H + share mean(diag H) 1
  template <typename Scalar> Eigen::MatrixX<Scalar> damped(double share) const {
    Eigen::MatrixX<Scalar> result = hessian.cast<Scalar>();
    const Scalar mean = result.diagonal().mean();
    result.diagonal().array() += static_cast<Scalar>(share) * mean;
    return result;
  }

  /// W + (W cross - W H)(H + ridge mean(diag H) 1)^-1
  Weights moveByRidge(const Weights &weight, double ridge) const {
    Eigen::MatrixXd regular = damped<double>(ridge);
    regular.diagonal().array() += 1e-30;
    Eigen::MatrixXd residual = (weight * (cross - hessian)).cast<double>();
    Eigen::MatrixXd step =
        regular.llt().solve(residual.transpose()).transpose();
    return weight + step.cast<float>();
  }

  /// What the means of the outputs lose: W exactMean - W^ mean.
  Eigen::VectorXd meanLoss(const Weights &weight,
                           const RoundedWeight &result) const {
    Eigen::Map<const Rows> rounded(result.dequantized.data(), weight.rows(),
                                   weight.cols());
    return weight.cast<double>() * exactMean.transpose() -
           rounded.cast<double>() * mean.transpose();
  }
};

RoundingOptions RoundingOptions::forBits(unsigned activationBits,
                                         unsigned weightBits) {
  RoundingOptions options;
  options.bits = weightBits;
  if (activationBits < 8 || weightBits >= 8)
    return options;
  options.ridge = 1;
  options.damping = 0.2;
  return options;
}

WeightRounder::WeightRounder(const WeightSample &sample)
    : sample(sample), moments(std::make_unique<Moments>()) {
  Eigen::Map<const Eigen::VectorXf> weights(sample.tokenWeights.data(),
                                            sample.tokenWeights.size());
  // Eigen's sum of memory that is not its own depends on where it lies: codes
  // would differ from run to run.
  const double sum = std::accumulate(sample.tokenWeights.begin(),
                                     sample.tokenWeights.end(), 0.0);
  Eigen::VectorXf shares = weights / static_cast<float>(sum);
  Rows inputs = centred(sample.inputs, shares, sample.columns, moments->mean);
  Rows exact =
      centred(sample.exactInputs, shares, sample.columns, moments->exactMean);
  moments->hessian.noalias() = inputs.transpose() * inputs;
  moments->cross.noalias() = exact.transpose() * inputs;
}

WeightRounder::~WeightRounder() = default;

RoundedWeight WeightRounder::round(const RoundingOptions &options,
                                   unsigned threads) const {
  Weights exact = weightsOf(sample.weight, sample.columns), weight = exact;
  if (options.ridge > 0)
    weight = moments->moveByRidge(exact, options.ridge);
  RowQuantizers quantizers =
      searchQuantizers(weight, options.bits, moments->hessian);
  Rounding rounding =
      options.compensates
          ? compensate(weight, moments->damped<float>(options.damping),
                       quantizers, threads)
          : Rounding{quantizers, quantizers.roundTrip(weight)};
  RoundedWeight result =
      finish(rounding.rounded, rounding.quantizers, options.bits);
  Eigen::VectorXd loss = moments->meanLoss(exact, result);
  for (int64_t n = 0; n < exact.rows(); ++n)
    result.bias.push_back(static_cast<float>(sample.bias[n] + loss[n]));
  return result;
}
