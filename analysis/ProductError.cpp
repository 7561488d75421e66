//===- ProductError.cpp - What quantizing one operand does to a product ---*-
// C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ProductError.h"

#include "analysis/ops/Matrix.h"

#include <eigen3/Eigen/Cholesky>

using namespace mixq;

void ProductSample::condense() {
  if (otherCount() <= columns)
    return;
  using RowMajor =
      Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<const RowMajor> matrix(other.data(), otherCount(), columns);
  Eigen::MatrixXd gram = (matrix.transpose() * matrix).cast<double>();
  // A little of the identity keeps a singular matrix factorizable.
  double ridge = 1e-7 * gram.trace() / columns + 1e-30;
  gram.diagonal().array() += ridge;
  RowMajor upper =
      Eigen::LLT<Eigen::MatrixXd>(gram).matrixU().toDenseMatrix().cast<float>();
  other.assign(upper.data(), upper.data() + upper.size());
}

/// rows other^T, `rows` being [rowCount, columns].
static ops::Buffer<float> product(const ProductSample &sample,
                                  const std::vector<float> &rows,
                                  const std::vector<float> &other) {
  int64_t count = sample.rowCount(), columns = sample.columns;
  int64_t others = other.size() / columns;
  ops::Buffer<float> outputs(count, others);
  ops::multiplyTransposed({rows.data(), count, columns, columns},
                          {other.data(), others, columns, columns},
                          {outputs.elements.data(), count, others, others});
  return outputs;
}

/// sum over rows of weight * |row|^2.
static double weightedSquares(const ProductSample &sample,
                              const ops::Buffer<float> &outputs) {
  double total = 0;
  for (int64_t row = 0; row < outputs.rows; ++row) {
    const float *output = outputs.elements.data() + row * outputs.columns;
    double squares = 0;
    for (int64_t i = 0; i < outputs.columns; ++i)
      squares += double(output[i]) * output[i];
    total += sample.rowWeights[row] * squares;
  }
  return total;
}

static double sampleError(const ProductSample &sample,
                          const UniformQuantizer &quantizer) {
  std::vector<float> errors(sample.rows.size());
  for (size_t i = 0; i < errors.size(); ++i)
    errors[i] = static_cast<float>(quantizer.roundTrip(sample.rows[i]) -
                                   sample.rows[i]);
  return weightedSquares(sample, product(sample, errors, sample.other));
}

double mixq::productError(const ProductSample &sample,
                          const UniformQuantizer &quantizer,
                          const std::vector<float> &replaced) {
  std::vector<float> rows(sample.rows.size());
  for (size_t i = 0; i < rows.size(); ++i)
    rows[i] = static_cast<float>(quantizer.roundTrip(sample.rows[i]));
  ops::Buffer<float> difference = product(sample, rows, replaced);
  ops::Buffer<float> exact = product(sample, sample.rows, sample.other);
  for (size_t i = 0; i < exact.elements.size(); ++i)
    difference.elements[i] -= exact.elements[i];
  return weightedSquares(sample, difference);
}

double mixq::productError(const std::vector<ProductSample> &samples,
                          const UniformQuantizer &quantizer) {
  double total = 0;
  for (const ProductSample &sample : samples)
    total += sampleError(sample, quantizer);
  return total;
}

namespace {

/// Candidates [low * a, high * c] and the best so far.
class RangeSearch {
public:
  RangeSearch(const std::vector<ProductSample> &samples,
              const ValueRange &range, bool isSymmetric, unsigned bits)
      : samples(samples), range(range), isSymmetric(isSymmetric), bits(bits) {}

  void tryRange(double a, double c) {
    UniformQuantizer candidate =
        isSymmetric
            ? UniformQuantizer::symmetric(
                  c * std::max(std::abs(range.low), std::abs(range.high)), bits)
            : UniformQuantizer::asymmetric(a * range.low, c * range.high, bits);
    double error = productError(samples, candidate);
    if (error < leastError) {
      best = candidate;
      leastError = error;
      bestA = a;
      bestC = c;
    }
  }

  /// The grid of `factors` around the best. Where an end is not free (symmetric
  /// or one-sided ranges) only the other moves.
  void refine(std::initializer_list<double> factors) {
    double a = bestA, c = bestC;
    bool lowIsFree = !isSymmetric && range.low < 0;
    for (double high : factors) {
      if (!lowIsFree)
        tryRange(a, c * high);
      for (double low : factors)
        if (lowIsFree)
          tryRange(a * low, c * high);
    }
  }

  UniformQuantizer best;

private:
  const std::vector<ProductSample> &samples;
  const ValueRange &range;
  const bool isSymmetric;
  const unsigned bits;
  double leastError = std::numeric_limits<double>::infinity();
  double bestA = 1, bestC = 1;
};

} // namespace

UniformQuantizer
mixq::searchQuantizer(const std::vector<ProductSample> &samples,
                      const ValueRange &range, bool isSymmetric,
                      SearchEffort effort, unsigned bits) {
  constexpr int kCoarseSteps = 19;
  constexpr double kLeastFraction = 0.12;
  RangeSearch search(samples, range, isSymmetric, bits);
  for (int step = kCoarseSteps - 1; step >= 0; --step) {
    double fraction =
        kLeastFraction + (1 - kLeastFraction) * step / (kCoarseSteps - 1);
    search.tryRange(fraction, fraction);
  }
  if (effort == SearchEffort::Coarse)
    return search.best;
  search.refine({0.8, 0.9, 1.0, 1.1, 1.2});
  search.refine({0.95, 1.0, 1.05});
  return search.best;
}
