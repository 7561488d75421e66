//===- Matmul.cpp - mixq.matmul -------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/BackwardModel.h"
#include "analysis/ops/Matrix.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct MatmulModel : FloatModel<MatmulModel, MatmulOp> {
  template <typename T>
  static Tensor compute(MatmulOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    Matrix<T> output = mutableViewOf<T>(result);
    for (int64_t batch = 0; batch < result.dim(0); ++batch) {
      auto lhs = batchOf(viewOf<T>(operands[0]), batch, operands[0].dim(1));
      auto rhs = batchOf(viewOf<T>(operands[1]), batch, operands[1].dim(1));
      auto product = batchOf(output, batch, result.dim(1));
      if (op.getTransposeRhs())
        multiplyTransposed(lhs, rhs, product);
      else
        multiply(lhs, rhs, product);
    }
    T multiplier = op.getMultiplier().convertToFloat();
    for (int64_t i = 0, n = result.size(); i < n; ++i)
      output.data[i] *= multiplier;
    return result;
  }
};

struct MatmulCost : CostOpInterface::ExternalModel<MatmulCost, MatmulOp> {
  int64_t getParameterCount(mlir::Operation *op) const { return 0; }
  int64_t getMacs(mlir::Operation *op) const {
    auto matmul = llvm::cast<MatmulOp>(op);
    return elementsOf(matmul.getResult()) * extentOf(matmul.getLhs(), 2);
  }
  llvm::SmallVector<unsigned>
  getQuantizableOperands(mlir::Operation *op) const {
    return {0, 1};
  }
};

/// Matrix `batch` of a [B, rows, columns] tensor, transposed on demand.
Tensor matrixOf(const Tensor &tensor, int64_t batch, bool transpose) {
  Matrix<const float> matrix =
      batchOf(viewOf<float>(tensor), batch, tensor.dim(1));
  int64_t rows = matrix.rows, columns = matrix.columns;
  Tensor result(DataType::F32, transpose ? std::vector<int64_t>{columns, rows}
                                         : std::vector<int64_t>{rows, columns});
  float *to = result.mutableData<float>();
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      to[transpose ? column * rows + row : row * columns + column] =
          matrix.row(row)[column];
  return result;
}

struct MatmulProduct
    : ProductOpInterface::ExternalModel<MatmulProduct, MatmulOp> {
  llvm::SmallVector<ProductMatrices>
  getProducts(mlir::Operation *op, llvm::ArrayRef<Tensor> operands,
              unsigned operand) const {
    bool transpose = !llvm::cast<MatmulOp>(op).getTransposeRhs();
    llvm::SmallVector<ProductMatrices> products;
    for (int64_t batch = 0; batch < operands[0].dim(0); ++batch) {
      Tensor lhs = matrixOf(operands[0], batch, /*transpose=*/false);
      Tensor rhs = matrixOf(operands[1], batch, transpose);
      products.push_back(operand == 0 ? ProductMatrices{lhs, rhs}
                                      : ProductMatrices{rhs, lhs});
    }
    return products;
  }
};

/// For each batch, times `scale`: toLhs = s rhs^T and toRhs = lhs^T s, or with
/// transpose_rhs toLhs = s rhs and toRhs = s^T lhs.
template <typename T>
Flows pullProductBack(MatmulOp op, llvm::ArrayRef<Tensor> operands,
                      const Tensor &flow, T scale) {
  Flows flows = {zerosLike(operands[0], DataTypeOf<T>::value),
                 zerosLike(operands[1], DataTypeOf<T>::value)};
  for (int64_t batch = 0; batch < flow.dim(0); ++batch) {
    auto s = batchOf(viewOf<T>(flow), batch, flow.dim(1));
    auto lhs = batchOf(viewOf<T>(operands[0]), batch, operands[0].dim(1));
    auto rhs = batchOf(viewOf<T>(operands[1]), batch, operands[1].dim(1));
    auto toLhs = batchOf(mutableViewOf<T>(flows[0]), batch, lhs.rows);
    auto toRhs = batchOf(mutableViewOf<T>(flows[1]), batch, rhs.rows);
    if (op.getTransposeRhs()) {
      multiply(s, rhs, toLhs);
      transposeMultiply(s, lhs, toRhs);
    } else {
      multiplyTransposed(s, rhs, toLhs);
      transposeMultiply(lhs, s, toRhs);
    }
  }
  for (Tensor &to : flows)
    for (T *i = to.mutableData<T>(), *end = i + to.size(); i != end; ++i)
      *i *= scale;
  return flows;
}

struct MatmulGradient : GradientModel<MatmulGradient, MatmulOp> {
  template <typename T> static Flows pullBack(MatmulOp op, const Backward &at) {
    return pullProductBack<T>(op, at.operands, at.flows[0],
                              op.getMultiplier().convertToFloat());
  }
};

/// Half for each operand, without `multiplier`: with Z = lhs rhs, S = R / Z
///   R_lhs = lhs * (S rhs^T) / 2,   R_rhs = rhs * (lhs^T S) / 2
struct MatmulRelevance : RelevanceModel<MatmulRelevance, MatmulOp> {
  static Flows redistribute(MatmulOp op, const Backward &at) {
    double multiplier = op.getMultiplier().convertToFloat();
    Tensor share = zerosLike(at.results[0], DataType::F64);
    double *s = share.mutableData<double>();
    for (int64_t i = 0, n = share.size(); i < n; ++i)
      s[i] = shareOf(at.flow<double>()[i],
                     at.results[0].data<double>()[i] / multiplier);
    Flows relevances = pullProductBack<double>(op, at.operands, share, 0.5);
    for (unsigned operand = 0; operand < 2; ++operand) {
      double *relevance = relevances[operand].mutableData<double>();
      for (int64_t i = 0, n = relevances[operand].size(); i < n; ++i)
        relevance[i] *= at.operand<double>(operand)[i];
    }
    return relevances;
  }
};

} // namespace

void mixq::ops::attachMatmul(mlir::MLIRContext &context) {
  MatmulOp::attachInterface<MatmulModel, MatmulCost, MatmulProduct,
                            MatmulGradient, MatmulRelevance>(context);
}
