//===- CompileFlags.h - The flags of mixq compile ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_COMPILEFLAGS_H
#define MIXQ_TOOLS_MIXQ_COMPILE_COMPILEFLAGS_H

#include "tools/mixq-compile/ChooseBits.h"
#include "transforms/Passes.h"

#include <string>
#include <vector>

namespace mixq {

/// Kinds that come from the quantized graph, before kernels.
inline constexpr const char *kQuantizedGraph = "quantized-graph";
inline constexpr const char *kWeights = "safetensors";

/// What `mixq compile` was asked for.
struct CompileOptions {
  std::string output;
  BitsFlags bits;
  std::string targetCpu = "host";
  std::string emit = "module";
  CalibrateOptions calibrate;
  CheckpointOptions checkpoint;
  std::string imageSize;
  std::string softmaxScale = "tensor";

  /// The flags that set these.
  std::vector<Flag> list();
  /// The user's wrong usage.
  absl::Status check() const;

  /// Whether what is written comes before kernels.
  bool emitsQuantized() const {
    return emit == kQuantizedGraph || emit == kWeights;
  }
  QuantizeOptions quantizeOptions() const;
};

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_COMPILEFLAGS_H
