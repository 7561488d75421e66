//===- RelativePositions.h - Tables of relative positions -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_SWIN_RELATIVEPOSITIONS_H
#define MIXQ_FRONTEND_SWIN_RELATIVEPOSITIONS_H

#include "dialect/store/JsonFields.h"
#include "dialect/store/Tensor.h"

namespace mixq {

/// A table of relative positions [(2 P - 1) (2 Q - 1), heads] of windows P x Q
/// for windows of another size, as timm makes it: the differences in position
/// that the table has are spread as geometric progressions from the middle, so
/// that the outermost one comes to lie on the outermost one of the new window,
/// and values in between are interpolated linearly in each direction.
Tensor resampleRelativePositions(const Tensor &table, const Extent &from,
                                 const Extent &to);

} // namespace mixq

#endif // MIXQ_FRONTEND_SWIN_RELATIVEPOSITIONS_H
