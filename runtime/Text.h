//===- Text.h - Text from files ---------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Text from a file that ends up on a terminal.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_TEXT_H
#define MIXQ_RUNTIME_TEXT_H

#include "absl/strings/string_view.h"

namespace mixq {

/// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates) and
/// free of control characters (C0, DEL, C1).
bool isCleanText(absl::string_view text);

} // namespace mixq

#endif // MIXQ_RUNTIME_TEXT_H
