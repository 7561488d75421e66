//===- ListModels.h - What mixq import can read -----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_LISTMODELS_H
#define MIXQ_TOOLS_MIXQ_COMPILE_LISTMODELS_H

namespace mixq {

/// Prints families, their classes, options and timm names to standard output.
void listModels();

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_LISTMODELS_H
