//===- ImageSize.h - A model for images of another size ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_IMAGESIZE_H
#define MIXQ_FRONTEND_IMAGESIZE_H

#include "absl/status/status.h"
#include "dialect/store/Tensor.h"
#include "frontend/Config.h"

#include <map>
#include <string>

namespace mixq {

/// Changes a model to take images of `size`: its sizes, its tensors where they
/// depend on the number of patches, and the size that images are resized to
/// before the crop, in proportion. Errors: the model's patches do not tile the
/// size, or its network has no such size.
absl::Status changeImageSize(ModelConfig &config,
                             std::map<std::string, Tensor> &tensors,
                             const Extent &size);

/// A position embedding [1, prefix + from.height * from.width, D] for another
/// grid, as timm makes it: bicubic with a = -1/2, antialiased, the prefix as it
/// is. The sums are in double.
Tensor resampleGrid(const Tensor &positions, int64_t prefix, const Extent &from,
                    const Extent &to);

} // namespace mixq

#endif // MIXQ_FRONTEND_IMAGESIZE_H
