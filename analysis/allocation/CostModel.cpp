//===- CostModel.cpp - How long a unit takes at its widths ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/allocation/CostModel.h"

#include "dialect/store/Json.h"
#include "dialect/store/JsonFields.h"

using nlohmann::json;

namespace mixq {
namespace {

constexpr double kMostPicoseconds = 1e9;

/// As pins read: the second operand plays the weight.
std::pair<unsigned, unsigned> pairOf(const Widths &bits) {
  return {bits.back(), bits.front()};
}

void readPairs(JsonFields &fields, CostModel &model) {
  const json *object = fields.require("picoseconds_per_mac");
  if (!object)
    return;
  JsonFields nested = fields.nested("picoseconds_per_mac");
  for (unsigned w = kMinBits; w <= kMaxBits; ++w)
    for (unsigned a = kMinBits; a <= kMaxBits; ++a)
      if (const std::string name = nameOf({w, a}); nested.find(name))
        model.picosecondsPerMac[{w, a}] =
            nested.requireNumber(name, 0, kMostPicoseconds);
  fields.fail(nested.finish());
}

} // namespace

bool CostModel::has(const Unit &unit, const Widths &bits) const {
  return picosecondsPerMac.count(pairOf(bits)) > 0;
}

double CostModel::latencyMs(const Unit &unit, const Widths &bits) const {
  double picoseconds = picosecondsPerMac.at(pairOf(bits)) * unit.macs;
  if (unit.hasWeight())
    picoseconds += picosecondsPerWeightByte * unit.parameters * bits.back() / 8;
  return picoseconds * 1e-9;
}

absl::StatusOr<CostModel> readCostModel(const std::string &path) {
  absl::StatusOr<json> document = readJson(path);
  if (!document.ok())
    return document.status();
  CostModel model;
  JsonFields fields(*document, path);
  fields.choice("format", R"(["mixq-cost-model"])");
  fields.requireInteger("version", 1, 1);
  readPairs(fields, model);
  model.picosecondsPerWeightByte =
      fields.number("picoseconds_per_weight_byte", 0, 0, kMostPicoseconds);
  fields.require("format");
  if (absl::Status status = fields.finish(); !status.ok())
    return status;
  return model;
}

} // namespace mixq
