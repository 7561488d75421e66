//===- ProductError.cpp - What quantizing one operand does to a product ---*- C++ -*-===//
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
  RowMajor upper = Eigen::LLT<Eigen::MatrixXd>(gram).matrixU().toDenseMatrix()
                       .cast<float>();
  other.assign(upper.data(), upper.data() + upper.size());
}

static double sampleError(const ProductSample &sample,
                          const UniformQuantizer &quantizer) {
  int64_t rows = sample.rowCount(), columns = sample.columns;
  ops::Buffer<float> errors(rows, columns);
  for (size_t i = 0; i < sample.rows.size(); ++i)
    errors.elements[i] =
        static_cast<float>(quantizer.roundTrip(sample.rows[i]) - sample.rows[i]);
  ops::Buffer<float> outputs(rows, sample.otherCount());
  ops::multiplyTransposed(
      {errors.elements.data(), rows, columns, columns},
      {sample.other.data(), sample.otherCount(), columns, columns},
      {outputs.elements.data(), rows, outputs.columns, outputs.columns});
  double total = 0;
  for (int64_t row = 0; row < rows; ++row) {
    const float *output = outputs.elements.data() + row * outputs.columns;
    double squares = 0;
    for (int64_t i = 0; i < outputs.columns; ++i)
      squares += output[i] * output[i];
    total += sample.rowWeights[row] * squares;
  }
  return total;
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
              const ValueRange &range, bool isSymmetric)
      : samples(samples), range(range), isSymmetric(isSymmetric) {}

  void tryRange(double a, double c) {
    UniformQuantizer candidate =
        isSymmetric
            ? UniformQuantizer::symmetric(
                  c * std::max(std::abs(range.low), std::abs(range.high)))
            : UniformQuantizer::asymmetric(a * range.low, c * range.high);
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
  double leastError = std::numeric_limits<double>::infinity();
  double bestA = 1, bestC = 1;
};

} // namespace

UniformQuantizer
mixq::searchQuantizer(const std::vector<ProductSample> &samples,
                      const ValueRange &range, bool isSymmetric) {
  constexpr int kCoarseSteps = 19;
  constexpr double kLeastFraction = 0.12;
  RangeSearch search(samples, range, isSymmetric);
  for (int step = kCoarseSteps - 1; step >= 0; --step) {
    double fraction = kLeastFraction +
                      (1 - kLeastFraction) * step / (kCoarseSteps - 1);
    search.tryRange(fraction, fraction);
  }
  search.refine({0.8, 0.9, 1.0, 1.1, 1.2});
  search.refine({0.95, 1.0, 1.05});
  return search.best;
}
