//===- ProductError.cpp - What quantization does to a product -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ProductError.h"

#include "analysis/ops/Matrix.h"

#include <eigen3/Eigen/Cholesky>

#include <numeric>

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

ProductSample ProductSample::thinned(int64_t stride) const {
  ProductSample few;
  few.columns = columns;
  few.other = other;
  few.ignoresSharedError = ignoresSharedError;
  for (int64_t row = 0; row < rowCount(); row += stride) {
    const float *values = rows.data() + row * columns;
    few.rows.insert(few.rows.end(), values, values + columns);
    few.rowWeights.push_back(rowWeights[row]);
  }
  return few;
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

/// Subtracts from each column its mean, weighted by row.
static void centre(const ProductSample &sample, std::vector<float> &errors) {
  Eigen::Map<
      Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>
      matrix(errors.data(), sample.rowCount(), sample.columns);
  Eigen::Map<const Eigen::RowVectorXf> weights(sample.rowWeights.data(),
                                               sample.rowCount());
  // Not weights.sum(), whose order depends on where the memory lies.
  const double sum =
      std::accumulate(sample.rowWeights.begin(), sample.rowWeights.end(), 0.0);
  matrix.rowwise() -= (weights * matrix / static_cast<float>(sum)).eval();
}

static double sampleError(const ProductSample &sample,
                          const ActivationQuantizer &quantizer) {
  std::vector<float> errors(sample.rows.size());
  roundTrip(quantizer, sample.rows.data(), errors.size(), errors.data());
  for (size_t i = 0; i < errors.size(); ++i)
    errors[i] -= sample.rows[i];
  if (sample.ignoresSharedError)
    centre(sample, errors);
  return weightedSquares(sample, product(sample, errors, sample.other));
}

double mixq::productError(const ProductSample &sample,
                          const ActivationQuantizer &quantizer,
                          const std::vector<float> &replaced) {
  std::vector<float> rows(sample.rows.size());
  roundTrip(quantizer, sample.rows.data(), rows.size(), rows.data());
  ops::Buffer<float> difference = product(sample, rows, replaced);
  ops::Buffer<float> exact = product(sample, sample.rows, sample.other);
  for (size_t i = 0; i < exact.elements.size(); ++i)
    difference.elements[i] -= exact.elements[i];
  return weightedSquares(sample, difference);
}

double mixq::productError(const std::vector<ProductSample> &samples,
                          const ActivationQuantizer &quantizer) {
  double total = 0;
  for (const ProductSample &sample : samples)
    total += sampleError(sample, quantizer);
  return total;
}
