//===- QkNorm.cpp - mixq.qk_norm and mixq.qk_norm_quantize ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
#include "analysis/ops/Matrix.h"
#include "analysis/ops/OpModel.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

/// Calls `store(i, j, y)` with the normalised element of column j of each query
/// and key of token i.
template <typename T, typename Op, typename Store>
void normalizeHeads(Op op, llvm::ArrayRef<Tensor> operands, Store store) {
  Matrix<const T> input = viewOf<T>(operands[0]);
  T epsilon = op.getEpsilon().convertToFloat();
  int64_t heads = op.getHeads(), columns = input.columns / (3 * heads);
  for (int64_t i = 0; i < input.rows; ++i)
    for (int64_t head = 0; head < 2 * heads; ++head) {
      const T *row = input.row(i) + head * columns;
      const T *gamma = operands[head < heads ? 1 : 3].data<T>();
      const T *beta = operands[head < heads ? 2 : 4].data<T>();
      auto moments = numerics::rowMoments(row, columns, epsilon);
      for (int64_t c = 0; c < columns; ++c)
        store(i, head * columns + c,
              numerics::normalize(row[c], moments, gamma[c], beta[c]));
    }
}

struct QkNormModel : FloatModel<QkNormModel, QkNormOp> {
  template <typename T>
  static Tensor compute(QkNormOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = operands[0];
    Matrix<T> output = mutableViewOf<T>(result);
    normalizeHeads<T>(op, operands,
                      [=](int64_t i, int64_t j, T y) { output.row(i)[j] = y; });
    return result;
  }
};

struct QkNormQuantizeModel : ExactModel<QkNormQuantizeModel, QkNormQuantizeOp> {
  static Tensor compute(QkNormQuantizeOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataType::F32);
    Matrix<uint8_t> codes = mutableViewOf<uint8_t>(result);
    normalizeHeads<float>(op, operands, [=](int64_t i, int64_t j, float y) {
      codes.row(i)[j] = numerics::toByte(y);
    });
    Matrix<const float> input = viewOf<float>(operands[0]);
    float multiplier = operands[5].data<float>()[0];
    float offset = operands[6].data<float>()[0];
    for (int64_t i = 0; i < input.rows; ++i)
      for (int64_t j = input.columns / 3 * 2; j < input.columns; ++j)
        codes.row(i)[j] =
            numerics::toByte(std::fma(input.row(i)[j], multiplier, offset));
    return result;
  }
};

} // namespace

void mixq::ops::attachQkNorm(mlir::MLIRContext &context) {
  QkNormOp::attachInterface<QkNormModel>(context);
  QkNormQuantizeOp::attachInterface<QkNormQuantizeModel>(context);
}
