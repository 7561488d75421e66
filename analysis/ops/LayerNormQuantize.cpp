//===- LayerNormQuantize.cpp - mixq.layer_norm_quantize -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
#include "analysis/ops/GatheredRows.h"
#include "analysis/ops/OpModel.h"
#include "dialect/RowTables.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

/// The rows of `input` as they are.
class PlainRows {
public:
  explicit PlainRows(const Tensor &input) : input(viewOf<float>(input)) {}
  const float *get(int64_t index) const { return input.row(index); }

private:
  Matrix<const float> input;
};

struct LayerNormQuantizeModel
    : ExactModel<LayerNormQuantizeModel, LayerNormQuantizeOp> {
  Results evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands) const {
    if (operands.size() > 3 &&
        mlir::failed(checkGatheredRows(op, operands[3], operands[0].dim(0))))
      return mlir::failure();
    return ExactModel::evaluate(op, operands);
  }

  template <typename Rows>
  static Tensor quantize(LayerNormQuantizeOp op, Rows rows, const float *gamma,
                         const float *beta) {
    Tensor result = makeResult(op, DataType::F32);
    Matrix<uint8_t> codes = mutableViewOf<uint8_t>(result);
    float highest =
        llvm::cast<QuantizedType>(op.getResult().getType().getElementType())
            .getMaxCode();
    float epsilon = op.getEpsilon().convertToFloat();
    for (int64_t i = 0; i < codes.rows; ++i) {
      const float *row = rows.get(i);
      if (!row) {
        std::fill_n(codes.row(i), codes.columns, op.getPaddingCode());
        continue;
      }
      auto moments = numerics::rowMoments(row, codes.columns, epsilon);
      for (int64_t j = 0; j < codes.columns; ++j)
        codes.row(i)[j] = numerics::toByte(
            numerics::normalize(row[j], moments, gamma[j], beta[j]), highest);
    }
    return result;
  }

  static Tensor compute(LayerNormQuantizeOp op,
                        llvm::ArrayRef<Tensor> operands) {
    const auto *gamma = operands[1].data<float>();
    const auto *beta = operands[2].data<float>();
    if (!op.getRows())
      return quantize(op, PlainRows(operands[0]), gamma, beta);
    return quantize(op, GatheredRows<float>(operands[0], operands[3]), gamma,
                    beta);
  }
};

/// The input, unless a table says which of its rows make a row.
struct NormRows
    : RowWiseOpInterface::ExternalModel<NormRows, LayerNormQuantizeOp> {
  llvm::SmallVector<unsigned> getRowOperands(mlir::Operation *op) const {
    if (llvm::cast<LayerNormQuantizeOp>(op).getRows())
      return {};
    return {0};
  }
};

} // namespace

void mixq::ops::attachLayerNormQuantize(mlir::MLIRContext &context) {
  LayerNormQuantizeOp::attachInterface<LayerNormQuantizeModel, NormRows>(
      context);
}
