//===- HeadSites.cpp - A quantizer for each head --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/HeadSites.h"

#include <algorithm>

using namespace mixq;

static bool isNormed(SplitQkvOp split) {
  return llvm::any_of(split.getQuery().getUsers(), [](mlir::Operation *user) {
    return mlir::isa<LayerNormOp>(user);
  });
}

/// 1 for what is not a query, key or value.
static int64_t headCount(mlir::Value operand) {
  auto split = operand.getDefiningOp<SplitQkvOp>();
  if (!split)
    return 1;
  auto type = mlir::cast<mlir::RankedTensorType>(operand.getType());
  return type.getDimSize(0) / static_cast<int64_t>(split.getWindows());
}

mlir::FailureOr<std::vector<CalibrationSite>>
mixq::splitByHead(std::vector<CalibrationSite> sites) {
  std::vector<CalibrationSite> result;
  for (CalibrationSite &site : sites) {
    mlir::Value operand = site.op->getOperand(site.operand);
    auto split = operand.getDefiningOp<SplitQkvOp>();
    if (split && isNormed(split))
      return site.op->emitOpError(
          "expects queries and keys that are not normalised where each head "
          "has a scale of its own, found a mixq.layer_norm of them");
    site.heads = headCount(operand);
    for (site.head = 0; site.head < site.heads; ++site.head)
      result.push_back(site);
  }
  return result;
}

Tensor mixq::headOf(const CalibrationSite &site, const Tensor &value) {
  if (site.heads == 1)
    return value;
  std::vector<int64_t> shape = value.shape();
  shape[0] /= site.heads;
  const int64_t size = value.size() / value.dim(0);
  Tensor result(value.type(), shape);
  float *to = result.mutableData<float>();
  for (int64_t i = site.head; i < value.dim(0); i += site.heads)
    to = std::copy_n(value.data<float>() + i * size, size, to);
  return result;
}
