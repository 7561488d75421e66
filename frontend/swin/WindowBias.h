//===- WindowBias.h - Position bias and mask as one table -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_SWIN_WINDOWBIAS_H
#define MIXQ_FRONTEND_SWIN_WINDOWBIAS_H

#include "dialect/store/Tensor.h"
#include "frontend/swin/SwinNetwork.h"

namespace mixq {

/// What the attention of a block adds to its scores, as `mixq.window_bias`
/// takes it: [A, B, heads, N, N] for windows of N tokens, A and B being 2 where
/// the block shifts along that axis and 1 where it does not.
///
/// `positions` [(2 P - 1) (2 Q - 1), heads] holds a bias for each difference of
/// positions in a window of P x Q. In the last row of a shifted map, the lower
/// `shiftHeight` rows of a window come from the top of the image: tokens above
/// and below that line do not see each other, and so do columns.
Tensor makeWindowBias(const Tensor &positions, const SwinStage &stage,
                      bool isShifted);

} // namespace mixq

#endif // MIXQ_FRONTEND_SWIN_WINDOWBIAS_H
