//===- Dump.h - Tensors of one unit as .npy files ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_DUMP_H
#define MIXQ_TOOLS_MIXQ_COMPILE_DUMP_H

#include "tools/mixq-compile/Session.h"

#include <string>
#include <vector>

namespace mixq {

/// Writes UNIT.activation.npy (or lhs, rhs) and UNIT.result.npy, each [images,
/// ...], and UNIT.weight.npy to `folder`, which must exist.
absl::Status dumpUnit(Session &session, mlir::ModuleOp module,
                      const std::vector<Tensor> &images,
                      const std::string &unit, const std::string &folder);

/// Writes the relevance at every unit for the images of an .npy file, [C, H, W]
/// or [images, C, H, W] as the network's input, to a safetensors archive.
absl::Status dumpRelevanceOf(Session &session, mlir::ModuleOp module,
                             const std::string &input,
                             const std::string &output, unsigned threads);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_DUMP_H
