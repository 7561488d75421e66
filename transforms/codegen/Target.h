//===- Target.h - What a kernel may assume of a CPU -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A target is a set of CPU features and the tile that suits it; nothing else
// in the code generator asks which CPU it is for. The table is Targets.inc.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_TARGET_H
#define MIXQ_TRANSFORMS_CODEGEN_TARGET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace mixq {

/// How a target multiplies u8 by s8 and sums into int32 lanes.
enum class DotProduct {
  Vpdpbusd512, ///< 4 products a lane, 16 lanes (AVX512-VNNI)
  Vpdpbusd256, ///< 4 products a lane, 8 lanes (AVX-VNNI)
  Vpmaddwd256, ///< widened to 16 bits, 2 products a lane, 8 lanes (AVX2)
  Vpmaddwd128, ///< the same with 4 lanes (SSE2)
};

struct Target {
  llvm::StringRef name;
  llvm::StringRef cpu;          ///< LLVM's name of the instruction set level
  llvm::StringRef llvmFeatures; ///< added to it, as LLVM spells them
  /// What the runtime must find on a CPU before it runs the code.
  llvm::ArrayRef<llvm::StringRef> requiredFeatures;
  DotProduct dot;
  int64_t lanes;       ///< 32-bit lanes of one register
  int64_t tileRows;    ///< rows of a product that one tile computes
  int64_t tileVectors; ///< registers of columns of that tile
  int64_t dotGroup;    ///< u8 x s8 products summed into one lane at once

  int64_t tileColumns() const { return lanes * tileVectors; }

  /// u8 and s8 are widened to 16 bits before they are multiplied.
  bool widensCodes() const {
    return dot == DotProduct::Vpmaddwd256 || dot == DotProduct::Vpmaddwd128;
  }
  /// Whether instructions round to integers, and multiply and add with one
  /// rounding (SSE4.1, FMA). Where they do not, the same bits take longer.
  bool hasFma() const { return llvm::is_contained(requiredFeatures, "fma"); }
};

/// All targets, the most capable first.
llvm::ArrayRef<Target> allTargets();

/// The most capable target that `cpu` can run: "host", a target's name, or a
/// CPU that LLVM knows (x86-64-v3, haswell, znver5, emeraldrapids, ...).
llvm::Expected<const Target *> selectTarget(llvm::StringRef cpu);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_TARGET_H
