//===- Units.h - What gets bit-widths ---------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The quantizable units of a model as plain data: what a plan assigns widths
// to, what an analysis file has results for. No MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_PLAN_UNITS_H
#define MIXQ_ANALYSIS_PLAN_UNITS_H

#include "absl/status/status.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mixq {

/// The widths of codes.
constexpr unsigned kMinBits = 2;
constexpr unsigned kMaxBits = 8;

struct UnitOperand {
  int64_t tensor = 0; ///< operands of one tensor share its width
  bool isWeight = false;
};

/// Whether a unit is the first or last of the network.
enum class Boundary { None, Input, Output };

/// One linear, patch embedding or product of activations.
struct Unit {
  std::string name; ///< "blocks.3.attn.qkv"
  std::string kind; ///< "linear", "matmul", "patch_embed"
  int64_t parameters = 0;
  int64_t macs = 0;
  Boundary boundary = Boundary::None;
  std::vector<UnitOperand> operands; ///< activations before the weight

  bool hasWeight() const;
};

/// Which model: its name, and the hash of its graph and weights.
struct ModelId {
  std::string name;
  std::string hash; ///< sixteen lower case hexadecimal digits
};

struct ModelUnits {
  ModelId model;
  std::vector<Unit> units; ///< in the order of the graph

  /// The unit of that name, or null.
  const Unit *find(const std::string &name) const;
};

/// The widths of a unit's operands, in their order.
using Widths = std::vector<unsigned>;
/// The widths of all units, in their order.
using Assignment = std::vector<Widths>;

/// sum of parameters * weight bits. (METHOD: "size" is an eighth of it.)
int64_t weightBitsOf(const ModelUnits &model, const Assignment &bits);
/// BitOps: sum of MACs * bits of one operand * bits of the other.
int64_t bitOpsOf(const ModelUnits &model, const Assignment &bits);
int64_t bitOpsOf(const Unit &unit, const Widths &bits);

/// Mean bits of a weight, and of an activation operand by MACs.
double averageWeightBits(const ModelUnits &model, const Assignment &bits);
double averageActivationBits(const ModelUnits &model, const Assignment &bits);

/// Every operand has a width in [2, 8], and operands of one tensor the same
/// one. The error names the units.
absl::Status checkAssignment(const ModelUnits &model, const Assignment &bits);

/// "weight", "activation", "lhs" or "rhs": an operand of a unit.
const char *roleOf(const Unit &unit, size_t operand);
/// "w4", "a4", "lhs4", "rhs4".
std::string widthName(const Unit &unit, size_t operand, unsigned bits);

} // namespace mixq

#endif // MIXQ_ANALYSIS_PLAN_UNITS_H
