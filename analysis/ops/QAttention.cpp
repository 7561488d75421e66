//===- QAttention.cpp - mixq.qattention -----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
#include "analysis/ops/Heads.h"
#include "analysis/ops/OpModel.h"
#include "analysis/ops/WindowBias.h"
#include "dialect/KernelChecks.h"
#include "dialect/RowTables.h"

#include <algorithm>

using namespace mixq;
using namespace mixq::ops;

namespace {

struct Parameters {
  int64_t head; ///< whose constants these are: 0 where all share them
  int32_t queryZeroPoint, keyZeroPoint, valueZeroPoint;
  float scoreMultiplier;
  float probabilityMultiplier;
  float resultMultiplier;
  float resultOffset;
  float highestResult, highestProbability;
  const Tensor *table; ///< null without a codebook
  bool isRowScaled;

  /// Those of the head numbered `index`.
  Parameters(QAttentionOp op, llvm::ArrayRef<Tensor> operands, int64_t index)
      : head(op.isPerHead() ? index : 0),
        queryZeroPoint(operands[1].data<int32_t>()[3 * head]),
        keyZeroPoint(operands[1].data<int32_t>()[3 * head + 1]),
        valueZeroPoint(operands[1].data<int32_t>()[3 * head + 2]),
        scoreMultiplier(operands[2].data<float>()[head]),
        probabilityMultiplier(*operands[3].data<float>()),
        resultMultiplier(operands[4].data<float>()[head]),
        resultOffset(*operands[5].data<float>()),
        highestResult(highestCode(op.getResult().getType())),
        highestProbability((1 << op.getProbabilityBits()) - 1),
        table(optionalOperand(op.getTableMutable(), operands)),
        isRowScaled(op.getRowScale()) {}

  static float highestCode(mlir::RankedTensorType type) {
    return llvm::cast<QuantizedType>(type.getElementType()).getMaxCode();
  }

  /// `code` of the description, as fp32.
  float code(float y) const {
    if (table)
      return numerics::nearestEntry(y, table->data<int32_t>(), table->size());
    return numerics::toByte(y, highestProbability);
  }
};

/// Bytes minus their zero-point, modulo 256, as s8 held in fp32.
Buffer<float> toSigned(Matrix<const uint8_t> codes, int32_t zeroPoint) {
  Buffer<float> result(codes.rows, codes.columns);
  for (int64_t i = 0; i < codes.rows; ++i)
    for (int64_t j = 0; j < codes.columns; ++j)
      result.view().row(i)[j] = static_cast<int8_t>(
          codes.row(i)[j] - static_cast<uint32_t>(zeroPoint));
  return result;
}

/// Step 1 of the description: sum_c (q_c - zero) k_c = sum_c q_c k_c - zero *
/// sum_c k_c, since q_c itself is small enough for multiplyIntegers. Wraps
/// where a file gives an absurd zero-point.
Buffer<int32_t> scoresOf(const Head<uint8_t> &head,
                         const Parameters &parameters) {
  Buffer<float> query = toFloat(head.query);
  Buffer<float> key = toSigned(head.key, parameters.keyZeroPoint);
  Buffer<int32_t> scores(query.rows, key.rows);
  multiplyIntegersTransposed(std::as_const(query).view(),
                             std::as_const(key).view(), scores.view());
  for (int64_t j = 0; j < key.rows; ++j) {
    int64_t sum = 0;
    for (int64_t c = 0; c < key.columns; ++c)
      sum += static_cast<int64_t>(key.view().row(j)[c]);
    for (int64_t i = 0; i < query.rows; ++i) {
      int32_t &score = scores.view().row(i)[j];
      score = static_cast<int32_t>(score - parameters.queryZeroPoint * sum);
    }
  }
  return scores;
}

/// Step 2 for one query.
void expRow(llvm::ArrayRef<int32_t> scores, const Parameters &parameters,
            float *e) {
  int64_t highest = *std::max_element(scores.begin(), scores.end());
  for (size_t j = 0; j < scores.size(); ++j)
    e[j] = numerics::expNonPositive(static_cast<float>(scores[j] - highest) *
                                    parameters.scoreMultiplier);
}

/// Step 2 for one query with its row of the bias.
void expBiasedRow(llvm::ArrayRef<int32_t> scores, const Parameters &parameters,
                  const float *bias, float *e) {
  for (size_t j = 0; j < scores.size(); ++j)
    e[j] = std::fma(static_cast<float>(scores[j]), parameters.scoreMultiplier,
                    bias[j]);
  float highest = *std::max_element(e, e + scores.size());
  for (size_t j = 0; j < scores.size(); ++j)
    e[j] = numerics::expNonPositive(e[j] - highest);
}

/// Steps 2 to 4 and 6 for one query: the multiplier of its result. The codes of
/// its probabilities are held as fp32. `bias` may be null.
float softmaxToCodes(llvm::ArrayRef<int32_t> scores,
                     const Parameters &parameters, const float *bias,
                     float *codes) {
  if (bias)
    expBiasedRow(scores, parameters, bias, codes);
  else
    expRow(scores, parameters, codes);
  float factor = parameters.probabilityMultiplier;
  if (!parameters.isRowScaled)
    factor = factor / numerics::laneSum(codes, scores.size());
  int32_t sum = 0;
  for (size_t j = 0; j < scores.size(); ++j) {
    codes[j] = parameters.code(codes[j] * factor);
    sum += static_cast<int32_t>(codes[j]);
  }
  if (!parameters.isRowScaled)
    return parameters.resultMultiplier;
  return parameters.resultMultiplier / static_cast<float>(sum);
}

void attend(const Head<uint8_t> &head, const Parameters &parameters,
            const Matrix<const float> *bias) {
  Buffer<int32_t> scores = scoresOf(head, parameters);
  Buffer<float> probabilities(scores.rows, scores.columns);
  std::vector<float> multipliers(scores.rows);
  for (int64_t i = 0; i < scores.rows; ++i)
    multipliers[i] = softmaxToCodes(
        {scores.view().row(i), static_cast<size_t>(scores.columns)}, parameters,
        bias ? bias->row(i) : nullptr, probabilities.view().row(i));
  Buffer<float> value = toSigned(head.value, parameters.valueZeroPoint);
  Matrix<uint8_t> output = head.result;
  Buffer<int32_t> sums(output.rows, output.columns);
  multiplyIntegers(std::as_const(probabilities).view(),
                   std::as_const(value).view(), sums.view());
  for (int64_t i = 0; i < output.rows; ++i)
    for (int64_t c = 0; c < output.columns; ++c)
      output.row(i)[c] =
          numerics::toByte(std::fma(static_cast<float>(sums.view().row(i)[c]),
                                    multipliers[i], parameters.resultOffset),
                           parameters.highestResult);
}

struct QAttentionModel : ExactModel<QAttentionModel, QAttentionOp> {
  Results evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands) const {
    // exp is defined for x <= 0 only.
    const float *multipliers = operands[2].data<float>();
    for (int64_t i = 0; i < operands[2].size(); ++i)
      if (multipliers[i] < 0)
        return op->emitOpError(
                   "expects score_multiplier not to be negative, found ")
               << multipliers[i];
    auto self = llvm::cast<QAttentionOp>(op);
    const Tensor *rows = optionalOperand(self.getRowsMutable(), operands);
    if (rows && mlir::failed(checkDistinctRows(op, *rows, operands[0].dim(0))))
      return mlir::failure();
    if (mlir::failed(
            checkTable(op, optionalOperand(self.getTableMutable(), operands))))
      return mlir::failure();
    return ExactModel::evaluate(op, operands);
  }

  static Tensor compute(QAttentionOp op, llvm::ArrayRef<Tensor> operands) {
    llvm::ArrayRef<int64_t> grid = op.getGrid();
    Tensor result(DataType::U8,
                  {operands[0].dim(0), extentOf(op.getResult(), 1)});
    const Tensor *bias = optionalOperand(op.getBiasMutable(), operands);
    forEachHead<uint8_t>(operands[0], windowsOf(grid), op.getHeads(), result,
                         [&](const Head<uint8_t> &head) {
                           Parameters parameters(op, operands, head.index);
                           if (!bias)
                             return attend(head, parameters, nullptr);
                           auto added = biasOf<float>(*bias, grid, head.window,
                                                      head.index);
                           attend(head, parameters, &added);
                         });
    return takeRows(result, optionalOperand(op.getRowsMutable(), operands));
  }
};

} // namespace

void mixq::ops::attachQAttention(mlir::MLIRContext &context) {
  QAttentionOp::attachInterface<QAttentionModel, AttentionCost<QAttentionOp>>(
      context);
}
