//===- Channels.h - The quantizer of each element ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_CHANNELS_H
#define MIXQ_ANALYSIS_OPS_CHANNELS_H

#include "analysis/ops/OpModel.h"

namespace mixq::ops {

/// Calls body(pair, begin, end) for every run [begin, end) of elements of
/// `codes` that share the (scale, zero_point) pair of that index.
template <typename Body>
void forEachChannel(mlir::RankedTensorType codes, Body body) {
  auto type = llvm::cast<QuantizedType>(codes.getElementType());
  int64_t size = codes.getNumElements();
  if (!type.getAxis())
    return body(0, 0, size);
  int64_t run = 1, pairs = codes.getDimSize(*type.getAxis());
  for (int64_t extent : codes.getShape().drop_front(*type.getAxis() + 1))
    run *= extent;
  for (int64_t begin = 0; begin < size; begin += run)
    body(begin / run % pairs, begin, begin + run);
}

} // namespace mixq::ops

#endif // MIXQ_ANALYSIS_OPS_CHANNELS_H
