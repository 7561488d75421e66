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
#include "dialect/KernelChecks.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

/// The operand values by name.
struct Operands {
  QLinearOp op;
  llvm::ArrayRef<Tensor> values;

  /// Null where an optional operand is not given. `index` counts the operands
  /// of the definition.
  const Tensor *at(unsigned index) const {
    QLinearOp self = op;
    auto [first, count] = self.getODSOperandIndexAndLength(index);
    return count ? &values[first] : nullptr;
  }
  const Tensor &input() const { return *at(0); }
  const Tensor &weight() const { return *at(1); }
  const Tensor *weightZeroPoint() const { return at(2); }
  const int32_t *correction() const { return at(3)->data<int32_t>(); }
  const float *multiplier() const { return at(4)->data<float>(); }
  const float *offset() const { return at(5)->data<float>(); }
  const Tensor *residual() const { return at(6); }
  const Tensor *resultMultiplier() const { return at(7); }
  const Tensor *resultOffset() const { return at(8); }
  const Tensor *limit() const { return at(9); }
  const Tensor *table() const { return at(10); }
};

/// What the product takes as its second operand: s8, held as fp32.
template <typename Code>
Buffer<float> differences(const Tensor &weight, const Tensor *zeroPoint) {
  Buffer<float> result = toFloat(viewOf<Code>(weight));
  if (!zeroPoint)
    return result;
  for (int64_t n = 0; n < result.rows; ++n)
    for (int64_t k = 0; k < result.columns; ++k)
      result.view().row(n)[k] -=
          static_cast<float>(zeroPoint->data<int32_t>()[n]);
  return result;
}

/// float(acc) is the caller's.
Buffer<int32_t> accumulate(const Operands &operands) {
  Buffer<float> input = toFloat(viewOf<uint8_t>(operands.input()));
  Buffer<float> weight =
      operands.weight().type() == DataType::S8
          ? differences<int8_t>(operands.weight(), operands.weightZeroPoint())
          : differences<uint8_t>(operands.weight(), operands.weightZeroPoint());
  Buffer<int32_t> sums(input.rows, weight.rows);
  multiplyIntegersTransposed(std::as_const(input).view(),
                             std::as_const(weight).view(), sums.view());
  const int32_t *correction = operands.correction();
  // The fuse pass proves that real corrections stay in range; others wrap, as
  // in generated code.
  for (int64_t i = 0; i < sums.rows; ++i)
    for (int64_t n = 0; n < sums.columns; ++n) {
      int32_t &sum = sums.view().row(i)[n];
      sum = static_cast<int32_t>(static_cast<uint32_t>(sum) +
                                 static_cast<uint32_t>(correction[n]));
    }
  return sums;
}

/// Calls store(row * columns + n, n, y) for each element of the result.
template <typename Store>
void forEachProduct(const Buffer<int32_t> &sums, const Operands &operands,
                    Store store) {
  const float *multiplier = operands.multiplier();
  const float *offset = operands.offset();
  for (int64_t i = 0; i < sums.rows; ++i)
    for (int64_t n = 0; n < sums.columns; ++n) {
      auto sum = static_cast<float>(sums.view().row(i)[n]);
      store(i * sums.columns + n, n, std::fma(sum, multiplier[n], offset[n]));
    }
}

/// `code` of the op's description.
class Coder {
public:
  explicit Coder(const Operands &operands)
      : limits(operands.limit()), table(operands.table()) {
    QLinearOp op = operands.op;
    auto type = op.getResult().getType().getElementType();
    if (auto codes = llvm::dyn_cast<QuantizedType>(type))
      highest = static_cast<float>(codes.getMaxCode());
  }

  uint8_t code(float y, int64_t n) const {
    if (table)
      return static_cast<uint8_t>(
          numerics::nearestEntry(y, table->data<int32_t>(), table->size()));
    return numerics::toByte(y, limits ? limits->data<float>()[n] : highest);
  }

private:
  const Tensor *limits, *table;
  float highest = 255;
};

struct QLinearModel : ExactModel<QLinearModel, QLinearOp> {
  Results evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> values) const {
    Operands operands{llvm::cast<QLinearOp>(op), values};
    if (mlir::failed(
            checkWeightZeroPoints(operands.op, operands.weightZeroPoint())) ||
        mlir::failed(checkLimits(op, operands.limit())) ||
        mlir::failed(checkTable(op, operands.table())))
      return mlir::failure();
    return ExactModel::evaluate(op, values);
  }

  static Tensor compute(QLinearOp op, llvm::ArrayRef<Tensor> values) {
    Tensor result = makeResult(op, DataType::F32);
    Operands operands{op, values};
    Buffer<int32_t> sums = accumulate(operands);
    Epilogue epilogue = op.getEpilogue();
    if (epilogue == Epilogue::Store || epilogue == Epilogue::Add)
      storeFloat(sums, operands, result);
    else
      storeCodes(sums, operands, op.getTanh(), result);
    return result;
  }

  static void storeFloat(const Buffer<int32_t> &sums, const Operands &operands,
                         Tensor &result) {
    auto *to = result.mutableData<float>();
    if (!operands.residual())
      return forEachProduct(sums, operands,
                            [=](int64_t i, int64_t, float y) { to[i] = y; });
    const auto *residual = operands.residual()->data<float>();
    forEachProduct(sums, operands, [=](int64_t i, int64_t, float y) {
      to[i] = y + residual[i];
    });
  }

  static void storeCodes(const Buffer<int32_t> &sums, const Operands &operands,
                         bool tanh, Tensor &result) {
    auto *to = result.mutableData<uint8_t>();
    Coder coder(operands);
    if (!operands.resultMultiplier())
      return forEachProduct(sums, operands, [=](int64_t i, int64_t n, float y) {
        to[i] = coder.code(y, n);
      });
    const auto *multiplier = operands.resultMultiplier()->data<float>();
    const auto *offset = operands.resultOffset()->data<float>();
    forEachProduct(sums, operands, [=](int64_t i, int64_t n, float y) {
      to[i] = coder.code(std::fma(numerics::applyGeluForCodes(y, tanh),
                                  multiplier[n], offset[n]),
                         n);
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
