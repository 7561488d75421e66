//===- Views.h - Images that nothing was fitted to --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights are rounded, and ranges chosen, for the calibration images; often the
// network was trained on them as well. What codes do to the logits of these
// very images says too little about others: on ViT-Tiny all units at 4 bits
// have a divergence of 0.14 on them and of 0.55 on the validation set. Views,
// parts of the images at another size, are as hard as new images, and there are
// as many as one likes.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_VIEWS_H
#define MIXQ_ANALYSIS_VIEWS_H

#include "dialect/store/Tensor.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mixq {

/// One view of each image, fp32 [..., H, W]: a rectangle of 0.3 to 1 times its
/// area and 3/4 to 4/3 times its ratio of sides, brought to H x W by bilinear
/// interpolation (the random resized crop of Szegedy et al. 2015, but never
/// mirrored: digits and letters have no mirror images). Equal seeds make equal
/// views.
std::vector<Tensor> makeViews(llvm::ArrayRef<Tensor> images, uint64_t seed);

} // namespace mixq

#endif // MIXQ_ANALYSIS_VIEWS_H
