//===- Precision.cpp - Names of precisions, uniform plans -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/plan/Precision.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace mixq {
namespace {

absl::Status invalid(absl::string_view what, absl::string_view found) {
  return absl::InvalidArgumentError(absl::StrCat(what, ", got '", found, "'"));
}

/// A digit in [2, 8], or 0.
unsigned digitOf(char c) {
  const unsigned digit = static_cast<unsigned char>(c) - '0';
  return digit >= kMinBits && digit <= kMaxBits ? digit : 0;
}

bool isMixedBudget(char c) { return c == '3' || c == '4' || c == '6'; }

} // namespace

absl::StatusOr<WidthPair> parseWidthPair(absl::string_view text) {
  if (text.size() == 4 && text[0] == 'w' && text[2] == 'a' &&
      digitOf(text[1]) && digitOf(text[3]))
    return WidthPair{digitOf(text[1]), digitOf(text[3])};
  return invalid("expected widths such as w4a8, each in [2, 8]", text);
}

std::string nameOf(const WidthPair &pair) {
  return absl::StrCat("w", pair.weight, "a", pair.activation);
}

absl::StatusOr<Precision> parsePrecision(absl::string_view name) {
  Precision precision;
  if (name == "fp32")
    return precision;
  if (auto pair = parseWidthPair(name); pair.ok()) {
    precision.kind = Precision::Kind::Uniform;
    precision.widths = *pair;
    return precision;
  }
  const bool onlyWeights = name.size() == 5 && absl::EndsWith(name, "a8");
  if (absl::StartsWith(name, "mp") && (name.size() == 3 || onlyWeights) &&
      isMixedBudget(name[2])) {
    precision.kind =
        onlyWeights ? Precision::Kind::MixedWeight : Precision::Kind::Mixed;
    precision.widths.weight = digitOf(name[2]);
    precision.widths.activation = onlyWeights ? 8 : precision.widths.weight;
    return precision;
  }
  return invalid("--precision is one of fp32, w{2..8}a{2..8}, mp{3,4,6} and "
                 "mp{3,4,6}a8",
                 name);
}

Widths pinnedWidths(const Unit &unit, const WidthPair &pair) {
  Widths widths(unit.operands.size(), pair.activation);
  widths.back() = pair.weight;
  return widths;
}

absl::StatusOr<Pins> parsePins(const ModelUnits &model,
                               absl::string_view firstLast,
                               absl::string_view list, const Pins &given) {
  Pins pins;
  if (firstLast != "free") {
    absl::StatusOr<WidthPair> pair = parseWidthPair(firstLast);
    if (!pair.ok())
      return invalid("--first-last is free or widths such as w8a8", firstLast);
    for (const Unit &unit : model.units)
      if (unit.boundary != Boundary::None)
        pins[unit.name] = *pair;
  }
  for (const auto &[unit, pair] : given)
    pins[unit] = pair;
  for (absl::string_view item : absl::StrSplit(list, ',', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(item, absl::MaxSplits('=', 1));
    absl::StatusOr<WidthPair> pair = parseWidthPair(parts.second);
    if (!pair.ok())
      return invalid("--pin expects UNIT=w8a8", item);
    if (!model.find(parts.first))
      return invalid("--pin names an unknown unit", parts.first);
    pins[parts.first] = *pair;
  }
  return pins;
}

absl::StatusOr<std::map<int64_t, unsigned>>
pinnedTensors(const ModelUnits &model, const Pins &pins) {
  std::map<int64_t, unsigned> tensors;
  for (const Unit &unit : model.units) {
    auto pin = pins.find(unit.name);
    if (pin == pins.end())
      continue;
    const Widths widths = pinnedWidths(unit, pin->second);
    for (size_t i = 0; i < widths.size(); ++i) {
      auto [found, isNew] =
          tensors.insert({unit.operands[i].tensor, widths[i]});
      if (found->second != widths[i])
        return absl::InvalidArgumentError(absl::StrCat(
            "unit '", unit.name, "' is pinned to ", widths[i], " bits for its ",
            roleOf(unit, i), ", a tensor that another unit pins to ",
            found->second));
    }
  }
  return tensors;
}

absl::StatusOr<Assignment> uniformAssignment(const ModelUnits &model,
                                             const WidthPair &pair,
                                             const Pins &pins) {
  auto pinned = pinnedTensors(model, pins);
  if (!pinned.ok())
    return pinned.status();
  Assignment bits;
  for (const Unit &unit : model.units) {
    Widths &widths = bits.emplace_back();
    for (const UnitOperand &operand : unit.operands) {
      auto pin = pinned->find(operand.tensor);
      widths.push_back(pin != pinned->end() ? pin->second
                       : operand.isWeight   ? pair.weight
                                            : pair.activation);
    }
  }
  return bits;
}

} // namespace mixq
