//===- TinySwin.h - Configs of a small Swin Transformer ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_FRONTEND_TINYSWIN_H
#define MIXQ_TEST_FRONTEND_TINYSWIN_H

#include <string>

namespace mixq::test {

/// A config.json of timm: 8x8 pixels in patches of one, two stages of two
/// blocks, 8 and 16 wide in 2 and 4 heads, windows of 4 (shifted in the first
/// stage, all of the map in the second), MLPs of twice the width, 3 classes.
std::string tinySwinConfig();

/// The same network in a config.json of transformers.
std::string huggingFaceSwinConfig();

} // namespace mixq::test

#endif // MIXQ_TEST_FRONTEND_TINYSWIN_H
