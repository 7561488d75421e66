//===- Precision.h - Names of precisions, uniform plans ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_PLAN_PRECISION_H
#define MIXQ_ANALYSIS_PLAN_PRECISION_H

#include "analysis/plan/Units.h"

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include <map>
#include <optional>
#include <string>

namespace mixq {

/// Bits of the weights and of the activations.
struct WidthPair {
  unsigned weight = 8;
  unsigned activation = 8;
};

/// "w4a8".
absl::StatusOr<WidthPair> parseWidthPair(absl::string_view text);
std::string nameOf(const WidthPair &pair);

/// What --precision names.
struct Precision {
  enum class Kind {
    Float,      ///< fp32
    Uniform,    ///< w4a4: every unit at these widths
    Mixed,      ///< mp4: no more size and BitOps than w4a4
    MixedWeight ///< mp4a8: 8-bit activations, no more size than w4a8
  };
  Kind kind = Kind::Float;
  WidthPair widths; ///< of the uniform plan, or of the one that sets the budget

  bool isMixed() const {
    return kind == Kind::Mixed || kind == Kind::MixedWeight;
  }
};

/// fp32, w{2..8}a{2..8}, mp{3,4,6}, mp{3,4,6}a8.
absl::StatusOr<Precision> parsePrecision(absl::string_view name);

/// The widths of some units by their names, which no precision changes.
using Pins = std::map<std::string, WidthPair>;

/// Widths of a unit with a weight. In a product of activations the second
/// operand plays the weight, as in the generated code.
Widths pinnedWidths(const Unit &unit, const WidthPair &pair);

/// What --first-last and --pin say: "w8a8" or "free" for the units at the
/// boundaries of the network; "UNIT=w8a8,UNIT=w6a4". `given` are widths that
/// the graph has already. The list decides over those, and they over the first.
absl::StatusOr<Pins> parsePins(const ModelUnits &model,
                               absl::string_view firstLast,
                               absl::string_view list, const Pins &given = {});

/// Every unit at these widths: a product of activations has both operands at
/// `pair.activation`. A pinned unit decides for all that share its tensors;
/// two pins that disagree about a tensor are an error.
absl::StatusOr<Assignment> uniformAssignment(const ModelUnits &model,
                                             const WidthPair &pair,
                                             const Pins &pins);

/// The pinned width of each tensor that a pinned unit has.
absl::StatusOr<std::map<int64_t, unsigned>>
pinnedTensors(const ModelUnits &model, const Pins &pins);

} // namespace mixq

#endif // MIXQ_ANALYSIS_PLAN_PRECISION_H
