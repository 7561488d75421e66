//===- Architectures.h - The timm models we know ----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// timm's registered names with the sizes and the preprocessing they imply, as
// data. A config.json names one and overrides what differs.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_ARCHITECTURES_H
#define MIXQ_FRONTEND_ARCHITECTURES_H

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include <array>
#include <cstdint>

namespace mixq {

/// The defaults of one registered name (timm 1.0, vision_transformer.py and
/// deit.py; the preprocessing is that of the name's default weights).
struct Architecture {
  const char *name;
  int64_t embedDim;
  int64_t depth;
  int64_t heads;
  int64_t patch;     ///< pixels, both directions
  int64_t imageSize; ///< pixels, both directions
  double cropPct;    ///< crop size / size of the resized shorter side
  std::array<double, 3> mean;
  std::array<double, 3> std;
};

/// The architecture of that name. Errors: InvalidArgument with the known names,
/// Unimplemented for families that timm has and this importer has not.
absl::StatusOr<const Architecture *> findArchitecture(absl::string_view name);

} // namespace mixq

#endif // MIXQ_FRONTEND_ARCHITECTURES_H
