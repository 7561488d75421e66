//===- QLinear.cpp - mixq.qlinear -----------------------------------------===//
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

/// input weight^T + correction in int32. The sum wraps as on the target, since
/// nothing bounds what a file says of `correction`.
Buffer<int32_t> accumulate(llvm::ArrayRef<Tensor> operands) {
  Buffer<float> input = toFloat(viewOf<uint8_t>(operands[0]));
  Buffer<float> weight = toFloat(viewOf<int8_t>(operands[1]));
  Buffer<int32_t> sums(input.rows, weight.rows);
  multiplyIntegersTransposed(std::as_const(input).view(),
                             std::as_const(weight).view(), sums.view());
  const auto *correction = operands[2].data<int32_t>();
  for (int64_t i = 0; i < sums.rows; ++i)
    for (int64_t n = 0; n < sums.columns; ++n) {
      int32_t &sum = sums.view().row(i)[n];
      sum = static_cast<int32_t>(static_cast<uint32_t>(sum) +
                                 static_cast<uint32_t>(correction[n]));
    }
  return sums;
}

/// Calls store(row, n, fma(float(sum), multiplier[n], offset[n])).
template <typename Store>
void forEachProduct(const Buffer<int32_t> &sums,
                    llvm::ArrayRef<Tensor> operands, Store store) {
  const auto *multiplier = operands[3].data<float>();
  const auto *offset = operands[4].data<float>();
  for (int64_t i = 0; i < sums.rows; ++i)
    for (int64_t n = 0; n < sums.columns; ++n) {
      auto sum = static_cast<float>(sums.view().row(i)[n]);
      store(i * sums.columns, n, std::fma(sum, multiplier[n], offset[n]));
    }
}

/// The epilogues that (QL7) allows. Optional operands stand at index 5 on:
/// the residual, or the multiplier and offset of the result.
struct QLinearModel : ExactModel<QLinearModel, QLinearOp> {
  static Tensor compute(QLinearOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataType::F32);
    Buffer<int32_t> sums = accumulate(operands);
    Epilogue epilogue = op.getEpilogue();
    if (epilogue == Epilogue::Store || epilogue == Epilogue::Add)
      storeFloat(sums, operands, result);
    else
      storeCodes(sums, operands, op.getTanh(), result);
    return result;
  }

  static void storeFloat(const Buffer<int32_t> &sums,
                         llvm::ArrayRef<Tensor> operands, Tensor &result) {
    auto *to = result.mutableData<float>();
    if (operands.size() == 5)
      return forEachProduct(
          sums, operands,
          [=](int64_t row, int64_t n, float y) { to[row + n] = y; });
    const auto *residual = operands[5].data<float>();
    forEachProduct(sums, operands, [=](int64_t row, int64_t n, float y) {
      to[row + n] = y + residual[row + n];
    });
  }

  static void storeCodes(const Buffer<int32_t> &sums,
                         llvm::ArrayRef<Tensor> operands, bool tanh,
                         Tensor &result) {
    auto *to = result.mutableData<uint8_t>();
    if (operands.size() == 5)
      return forEachProduct(sums, operands,
                            [=](int64_t row, int64_t n, float y) {
                              to[row + n] = numerics::toByte(y);
                            });
    const auto *multiplier = operands[5].data<float>();
    const auto *offset = operands[6].data<float>();
    forEachProduct(sums, operands, [=](int64_t row, int64_t n, float y) {
      to[row + n] = numerics::toByte(
          std::fma(numerics::applyGelu(y, tanh), multiplier[n], offset[n]));
    });
  }
};

struct QLinearCost : CostOpInterface::ExternalModel<QLinearCost, QLinearOp> {
  int64_t getParameterCount(mlir::Operation *op) const {
    return elementsOf(llvm::cast<QLinearOp>(op).getWeight());
  }
  int64_t getMacs(mlir::Operation *op) const {
    auto linear = llvm::cast<QLinearOp>(op);
    return extentOf(linear.getInput(), 0) * elementsOf(linear.getWeight());
  }
  llvm::SmallVector<unsigned>
  getQuantizableOperands(mlir::Operation *op) const {
    return {0, 1};
  }
};

} // namespace

void mixq::ops::attachQLinear(mlir::MLIRContext &context) {
  QLinearOp::attachInterface<QLinearModel, QLinearCost, LinearRows<QLinearOp>>(
      context);
}
