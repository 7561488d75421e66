//===- Units.cpp - What gets bit-widths -----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/plan/Units.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <map>

namespace mixq {

bool Unit::hasWeight() const {
  return std::any_of(
      operands.begin(), operands.end(),
      [](const UnitOperand &operand) { return operand.isWeight; });
}

const Unit *ModelUnits::find(const std::string &name) const {
  for (const Unit &unit : units)
    if (unit.name == name)
      return &unit;
  return nullptr;
}

int64_t weightBitsOf(const ModelUnits &model, const Assignment &bits) {
  int64_t total = 0;
  for (size_t u = 0; u < model.units.size(); ++u)
    for (size_t i = 0; i < bits[u].size(); ++i)
      if (model.units[u].operands[i].isWeight)
        total += model.units[u].parameters * bits[u][i];
  return total;
}

int64_t bitOpsOf(const Unit &unit, const Widths &bits) {
  int64_t product = unit.macs;
  for (unsigned width : bits)
    product *= width;
  return product;
}

int64_t bitOpsOf(const ModelUnits &model, const Assignment &bits) {
  int64_t total = 0;
  for (size_t u = 0; u < model.units.size(); ++u)
    total += bitOpsOf(model.units[u], bits[u]);
  return total;
}

double averageWeightBits(const ModelUnits &model, const Assignment &bits) {
  int64_t parameters = 0;
  for (const Unit &unit : model.units)
    parameters += unit.parameters;
  return parameters ? double(weightBitsOf(model, bits)) / parameters : 0;
}

double averageActivationBits(const ModelUnits &model, const Assignment &bits) {
  double weighted = 0, macs = 0;
  for (size_t u = 0; u < model.units.size(); ++u)
    for (size_t i = 0; i < bits[u].size(); ++i)
      if (!model.units[u].operands[i].isWeight) {
        weighted += double(model.units[u].macs) * bits[u][i];
        macs += double(model.units[u].macs);
      }
  return macs > 0 ? weighted / macs : 0;
}

const char *roleOf(const Unit &unit, size_t operand) {
  if (unit.operands[operand].isWeight)
    return "weight";
  if (unit.hasWeight())
    return "activation";
  return operand == 0 ? "lhs" : "rhs";
}

std::string widthName(const Unit &unit, size_t operand, unsigned bits) {
  if (!unit.hasWeight())
    return absl::StrCat(roleOf(unit, operand), bits);
  return absl::StrCat(unit.operands[operand].isWeight ? "w" : "a", bits);
}

static absl::Status checkWidth(const Unit &unit, size_t operand,
                               unsigned bits) {
  if (bits >= kMinBits && bits <= kMaxBits)
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "unit '", unit.name, "': ", roleOf(unit, operand), " bits are in [",
      kMinBits, ", ", kMaxBits, "], found ", bits));
}

absl::Status checkAssignment(const ModelUnits &model, const Assignment &bits) {
  struct First {
    size_t unit, operand;
  };
  std::map<int64_t, First> firstOfTensor;
  for (size_t u = 0; u < model.units.size(); ++u) {
    const Unit &unit = model.units[u];
    for (size_t i = 0; i < unit.operands.size(); ++i) {
      if (absl::Status status = checkWidth(unit, i, bits[u][i]); !status.ok())
        return status;
      const First first =
          firstOfTensor.insert({unit.operands[i].tensor, {u, i}}).first->second;
      const Unit &other = model.units[first.unit];
      const unsigned expected = bits[first.unit][first.operand];
      if (expected != bits[u][i])
        return absl::InvalidArgumentError(
            absl::StrCat("unit '", unit.name, "': ", roleOf(unit, i), " has ",
                         bits[u][i], " bits, but it is the same tensor as the ",
                         roleOf(other, first.operand), " of unit '", other.name,
                         "', which has ", expected));
    }
  }
  return absl::OkStatus();
}

} // namespace mixq
