//===- WeightSampling.cpp - What weights are multiplied with --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/WeightSampling.h"

#include "analysis/Calibration.h"
#include "analysis/Parallel.h"
#include "dialect/Bits.h"

#include "llvm/ADT/DenseSet.h"

using namespace mixq;

/// Tokens of one unit, over all images: 32 images of 197 tokens fit.
static constexpr int64_t kMostTokens = 8192;

static std::optional<WeightedUnit> withoutBias(CostOpInterface unit) {
  llvm::SmallVector<unsigned> operands = unit.getQuantizableOperands();
  if (operands.size() != 2 || isConstant(unit->getOperand(operands[0])) ||
      !unit->getOperand(operands[1]).getDefiningOp<ParameterOp>())
    return std::nullopt;
  auto bits = bitsOf(unit);
  if (mlir::failed(bits))
    return std::nullopt;
  return WeightedUnit{unit,       operands[0], operands[1],          0,
                      (*bits)[0], (*bits)[1],  findResidualAdd(unit)};
}

std::optional<WeightedUnit> mixq::weightedUnitOf(mlir::Operation *op) {
  auto cost = mlir::dyn_cast<CostOpInterface>(op);
  if (!cost || !mlir::isa<ProductOpInterface>(op) ||
      !op->hasAttrOfType<mlir::StringAttr>("unit"))
    return std::nullopt;
  std::optional<WeightedUnit> unit = withoutBias(cost);
  if (!unit || op->getNumOperands() != 3)
    return std::nullopt;
  // The operand that has no codes.
  unit->bias = 3 - unit->activation - unit->weight;
  if (!op->getOperand(unit->bias).getDefiningOp<ParameterOp>())
    return std::nullopt;
  return unit;
}

static std::vector<float> inverseSquares(const Tensor &rows) {
  int64_t width = rows.dim(rows.rank() - 1);
  std::vector<float> result;
  const auto *value = rows.data<float>();
  for (int64_t row = 0; row < rows.size() / width; ++row) {
    double squares = 1e-12;
    for (int64_t i = 0; i < width; ++i, ++value)
      squares += double(*value) * *value;
    result.push_back(static_cast<float>(width / squares));
  }
  return result;
}

mlir::FailureOr<TokenWeights>
TokenWeights::measure(const Interpreter &interpreter,
                      llvm::ArrayRef<Tensor> images, unsigned threads) {
  llvm::DenseSet<mlir::Operation *> adds;
  interpreter.getFunction().walk([&](mlir::Operation *op) {
    if (auto unit = weightedUnitOf(op); unit && unit->residualAdd)
      adds.insert(unit->residualAdd);
  });
  TokenWeights result;
  result.byImage.resize(images.size());
  auto runOne = [&](int64_t image) -> mlir::LogicalResult {
    return interpreter.run(images[image], [&](mlir::Operation *op,
                                              llvm::ArrayRef<Tensor>,
                                              llvm::ArrayRef<Tensor> results) {
      if (adds.contains(op))
        result.byImage[image][op] = inverseSquares(results[0]);
    });
  };
  if (mlir::failed(parallelFor(images.size(), threads, runOne)))
    return mlir::failure();
  return result;
}

std::vector<float> TokenWeights::of(const WeightedUnit &unit, size_t image,
                                    int64_t rows) const {
  auto found = byImage[image].find(unit.residualAdd);
  if (unit.residualAdd && found != byImage[image].end() &&
      static_cast<int64_t>(found->second.size()) == rows)
    return found->second;
  return std::vector<float>(rows, 1.0f);
}

WeightSampler::WeightSampler(const WeightedUnit &unit,
                             const TokenWeights &tokenWeights, size_t images)
    : unit(unit), tokenWeights(tokenWeights), byImage(images) {}

static void appendRow(std::vector<float> &to, const Tensor &matrix,
                      int64_t row) {
  const float *values = matrix.data<float>() + row * matrix.dim(1);
  to.insert(to.end(), values, values + matrix.dim(1));
}

void WeightSampler::add(size_t image, llvm::ArrayRef<Tensor> exact,
                        llvm::ArrayRef<Tensor> quantized) {
  auto product = mlir::cast<ProductOpInterface>(unit.op);
  Tensor exactRows = product.getProducts(exact, unit.activation)[0].rows;
  Tensor rows = product.getProducts(quantized, unit.activation)[0].rows;
  int64_t all = rows.dim(0);
  std::vector<float> weights = tokenWeights.of(unit, image, all);
  int64_t most = std::max<int64_t>(kMostTokens / byImage.size(), 1);
  int64_t taken = std::min(all, most);
  Rows &target = byImage[image];
  for (int64_t i = 0; i < taken; ++i) {
    int64_t row = i * all / taken;
    appendRow(target.inputs, rows, row);
    appendRow(target.exactInputs, exactRows, row);
    target.weights.push_back(weights[row]);
  }
}

static std::vector<float> elementsOf(const Tensor &tensor) {
  return {tensor.data<float>(), tensor.data<float>() + tensor.size()};
}

WeightSample WeightSampler::take(const Tensor &weight, const Tensor &bias) {
  WeightSample sample;
  sample.columns = weight.size() / weight.dim(0);
  for (Rows &rows : byImage) {
    llvm::append_range(sample.inputs, rows.inputs);
    llvm::append_range(sample.exactInputs, rows.exactInputs);
    llvm::append_range(sample.tokenWeights, rows.weights);
    rows = Rows();
  }
  sample.weight = elementsOf(weight);
  sample.bias = elementsOf(bias);
  return sample;
}
