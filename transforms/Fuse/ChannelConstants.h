//===- ChannelConstants.h - Per-channel constants of a qlinear --*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `multiplier` and `offset` of a product, and what requantizing does to them:
// code = y / scale + zero_point, column by column.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_FUSE_CHANNELCONSTANTS_H
#define MIXQ_TRANSFORMS_FUSE_CHANNELCONSTANTS_H

#include "dialect/MixqDialect.h"

#include "mlir/IR/Builders.h"

#include <vector>

namespace mixq {

struct ChannelConstants {
  std::vector<float> multiplier, offset;

  /// Folds scale and zero-point of the result into columns [begin, end).
  void requantize(int64_t begin, int64_t end, double scale, double zeroPoint);
};

/// Reads them back from a qlinear.
mlir::FailureOr<ChannelConstants> channelConstantsOf(QLinearOp op);

/// The qlinear whose plain fp32 result is `value` and nothing else's operand.
QLinearOp plainQLinear(mlir::Value value);

/// The name that a unit's constants carry in the parameter store.
std::string constantName(QLinearOp op, llvm::StringRef what);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_FUSE_CHANNELCONSTANTS_H
