//===- RegisterUpstream.h - MLIR's own dialects and passes ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQOPT_REGISTERUPSTREAM_H
#define MIXQ_TOOLS_MIXQOPT_REGISTERUPSTREAM_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mixq {

/// Registers the dialects that our pipelines produce on the way to native code,
/// and the general passes that help to read IR. By hand: all of MLIR would cost
/// minutes to compile.
void registerUpstream(mlir::DialectRegistry &registry);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQOPT_REGISTERUPSTREAM_H
