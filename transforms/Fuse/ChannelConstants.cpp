//===- ChannelConstants.cpp - Per-channel constants of a qlinear ----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/ChannelConstants.h"

#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {

void ChannelConstants::requantize(int64_t begin, int64_t end, double scale,
                                  double zeroPoint) {
  for (int64_t n = begin; n < end; ++n) {
    multiplier[n] = static_cast<float>(multiplier[n] / scale);
    offset[n] = static_cast<float>(offset[n] / scale + zeroPoint);
  }
}

static std::vector<float> floats(const Tensor &tensor) {
  return {tensor.data<float>(), tensor.data<float>() + tensor.size()};
}

FailureOr<ChannelConstants> channelConstantsOf(QLinearOp op) {
  FailureOr<Tensor> multiplier = readParameter(op.getMultiplier());
  FailureOr<Tensor> offset = readParameter(op.getOffset());
  if (failed(multiplier) || failed(offset))
    return failure();
  return ChannelConstants{floats(*multiplier), floats(*offset)};
}

QLinearOp plainQLinear(Value value) {
  auto op = value.getDefiningOp<QLinearOp>();
  if (!op || op.getEpilogue() != Epilogue::Store || !op->hasOneUse())
    return nullptr;
  return op;
}

std::string constantName(QLinearOp op, StringRef what) {
  return (op.getUnit().value_or("linear") + "." + what).str();
}

} // namespace mixq
