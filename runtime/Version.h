//===- Version.h - The version ----------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The version of the compiler and the runtime.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_VERSION_H
#define MIXQ_RUNTIME_VERSION_H

namespace mixq {

constexpr const char version[] = "0.1.0";

} // namespace mixq

#endif // MIXQ_RUNTIME_VERSION_H
