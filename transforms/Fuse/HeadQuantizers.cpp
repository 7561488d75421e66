//===- HeadQuantizers.cpp - Codes of queries, keys and values -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/HeadQuantizers.h"

#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {
std::optional<HeadQuantizers> HeadQuantizers::of(QuantizeOp op, int64_t heads) {
  auto type = cast<QuantizedType>(getElementTypeOrSelf(op.getType()));
  if (!op.getScale().getDefiningOp<ParameterOp>() ||
      !op.getZeroPoint().getDefiningOp<ParameterOp>() ||
      type.getAxis().value_or(0) != 0)
    return std::nullopt;
  FailureOr<Tensor> scales = readParameter(op.getScale());
  FailureOr<Tensor> zeroPoints = readParameter(op.getZeroPoint());
  if (failed(scales) || failed(zeroPoints))
    return std::nullopt;
  const float *scale = scales->data<float>();
  const int32_t *zeroPoint = zeroPoints->data<int32_t>();
  const int64_t count = type.getAxis() ? heads : 1;
  HeadQuantizers result;
  auto plain = QuantizedType::get(op.getContext(), type.getIsSigned(),
                                  type.getBits(), std::nullopt);
  for (int64_t i = 0; i < count; ++i)
    result.quantizers.push_back({plain, scale[i], zeroPoint[i]});
  for (int64_t i = count; i < scales->size(); ++i)
    if (scale[i] != scale[i % count] || zeroPoint[i] != zeroPoint[i % count])
      return std::nullopt;
  return result;
}

} // namespace mixq
