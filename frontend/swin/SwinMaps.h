//===- SwinMaps.h - Maps and windows of an image size -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_SWIN_SWINMAPS_H
#define MIXQ_FRONTEND_SWIN_SWINMAPS_H

#include "frontend/Config.h"

namespace mixq {

/// Gives every stage of `network`, whose other sizes are set, its map, windows
/// and shifts for the image of `config`. timm clips a window to the map in each
/// direction, and does not shift it in that direction. transformers does not
/// clip (checkNetwork() refuses it), and shifts neither direction where the
/// window covers the smaller side.
void layOutMaps(const ModelConfig &config, SwinNetwork &network);

} // namespace mixq

#endif // MIXQ_FRONTEND_SWIN_SWINMAPS_H
