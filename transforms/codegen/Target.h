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
#include "llvm/Support/MathExtras.h"

#include <cstdint>
#include <string>

namespace mixq {

/// How a target multiplies u8 by s8 and sums into int32 lanes.
enum class DotProduct {
  Vpdpbusd512, ///< 4 products a lane, 16 lanes (AVX512-VNNI)
  Vpdpbusd256, ///< 4 products a lane, 8 lanes (AVX-VNNI)
  Vpmaddwd256, ///< in 16-bit words (WordTile.h), 8 lanes (AVX2)
  Vpmaddwd128, ///< the same with 4 lanes (SSE2)
};

/// What a product multiplies.
enum class ProductType {
  F32,  ///< fp32 x fp32 into fp32, one product a lane
  U8S8, ///< u8 x s8 into int32, Target::dotGroup products a lane
};

/// A sum over `groups` groups (of 4 codes) as matrix registers walk along it:
/// in the fewest steps that hold it, all of the same number of groups.
struct MatrixSteps {
  int64_t count, groups;

  static constexpr int64_t kMostGroups = 16; ///< of a row of 64 bytes
  explicit MatrixSteps(int64_t groupsOfSum)
      : count(llvm::divideCeil(groupsOfSum, kMostGroups)),
        groups(llvm::divideCeil(groupsOfSum, count)) {}
};

struct Target {
  /// Products of u8 and s8 that are summed into one lane at once.
  static constexpr int64_t dotGroup = 4;

  llvm::StringRef name;
  llvm::StringRef cpu;          ///< LLVM's name of the instruction set level
  llvm::StringRef llvmFeatures; ///< added to it, as LLVM spells them
  /// What the runtime must find on a CPU before it runs the code.
  llvm::ArrayRef<llvm::StringRef> requiredFeatures;
  DotProduct dot;
  int64_t lanes;       ///< 32-bit lanes of one register
  int64_t tileRows;    ///< rows of a product that one tile computes
  int64_t tileVectors; ///< registers of columns of that tile
  /// Rows of a linear of codes that one tile in matrix registers computes; 0 on
  /// a CPU without them.
  int64_t matrixRows;

  int64_t tileColumns() const { return lanes * tileVectors; }

  bool hasMatrices() const { return matrixRows > 0; }
  /// Rows that one tile of a linear computes.
  int64_t linearRows(ProductType type) const {
    return type == ProductType::U8S8 && hasMatrices() ? matrixRows : tileRows;
  }
  /// K as panels of s8 hold it, padded with zeros.
  int64_t paddedDepth(int64_t depth) const {
    int64_t groups = llvm::divideCeil(depth, dotGroup);
    if (!hasMatrices())
      return groups * dotGroup;
    MatrixSteps steps(groups);
    return steps.count * steps.groups * dotGroup;
  }

  /// No instruction sums a group of these products: they are multiplied in
  /// words.
  bool multipliesWords(ProductType type) const {
    return type == ProductType::U8S8 &&
           (dot == DotProduct::Vpmaddwd256 || dot == DotProduct::Vpmaddwd128);
  }
  /// Instructions look bytes up in two registers of 64 (VBMI).
  bool permutesBytes() const {
    return llvm::is_contained(requiredFeatures, "avx512vbmi");
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
