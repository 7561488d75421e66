//===- KernelChecks.cpp - Rules on what operands of kernels hold ----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/KernelChecks.h"

#include <cmath>

using namespace mlir;
using namespace mixq;

bool mixq::fitsSignedByte(QuantizedType type, int64_t zeroPoint) {
  return type.getMinCode() - zeroPoint >= INT8_MIN &&
         type.getMaxCode() - zeroPoint <= INT8_MAX;
}

LogicalResult mixq::checkWeightZeroPoints(QLinearOp op,
                                          const Tensor *zeroPoints) {
  auto type = cast<QuantizedType>(op.getWeight().getType().getElementType());
  for (int64_t n = 0; zeroPoints && n < zeroPoints->size(); ++n)
    if (int32_t zero = zeroPoints->data<int32_t>()[n];
        !fitsSignedByte(type, zero))
      return op.emitOpError("expects codes of the weight minus their "
                            "zero-point in [-128, 127], got the zero-point ")
             << zero << " for channel " << n << " of " << type;
  return success();
}

LogicalResult mixq::checkLimits(Operation *op, const Tensor *limits) {
  for (int64_t n = 0; limits && n < limits->size(); ++n)
    if (float limit = limits->data<float>()[n];
        !(limit >= 0 && limit <= 255) || limit != std::trunc(limit))
      return op->emitOpError("expects limits that are integers in [0, 255], "
                             "got ")
             << limit << " for channel " << n;
  return success();
}

LogicalResult mixq::checkTable(Operation *op, const Tensor *table) {
  int32_t least = 0;
  for (int64_t i = 0; table && i < table->size(); ++i) {
    int32_t entry = table->data<int32_t>()[i];
    if (entry < least || entry > CodebookType::kMaxEntry)
      return op->emitOpError("expects entries of the table in [0, 255], in "
                             "non-decreasing order, got ")
             << entry;
    least = entry;
  }
  return success();
}
