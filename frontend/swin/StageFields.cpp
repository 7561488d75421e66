//===- StageFields.cpp - Config fields of one entry a stage ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/swin/StageFields.h"

#include "absl/strings/str_cat.h"
#include "frontend/Config.h"

#include <algorithm>

using nlohmann::json;

namespace mixq {
namespace {

constexpr size_t kMaxStages = 16;

bool isIntegerWithin(const json &value, int64_t high) {
  return value.is_number_integer() && value >= 1 && value <= high;
}

bool isList(const json &value, size_t count) {
  return value.is_array() && value.size() == count;
}

bool isExtentWithin(const json &value, int64_t high) {
  if (!isList(value, 2))
    return isIntegerWithin(value, high);
  return isIntegerWithin(value[0], high) && isIntegerWithin(value[1], high);
}

template <typename Predicate>
bool allOf(const json &list, Predicate predicate) {
  return std::all_of(list.begin(), list.end(), predicate);
}

/// A list of 1 to kMaxStages integers in [1, high].
std::vector<int64_t> readList(JsonFields &fields, const std::string &key,
                              std::vector<int64_t> fallback, int64_t high) {
  const json *list = fields.find(key);
  if (!list)
    return fallback;
  if (list->is_array() && !list->empty() && list->size() <= kMaxStages &&
      allOf(*list, [&](const json &v) { return isIntegerWithin(v, high); }))
    return list->get<std::vector<int64_t>>();
  fields.fail(
      key,
      absl::StrCat("a list of 1 to ", kMaxStages, " integers from 1 to ", high),
      *list);
  return fallback;
}

} // namespace

std::vector<SwinStage> readStages(JsonFields &fields) {
  const std::vector<int64_t> depths =
      readList(fields, "depths", {2, 2, 6, 2}, kMaxDepth);
  const std::vector<int64_t> heads =
      readList(fields, "num_heads", {3, 6, 12, 24}, kMaxExtent);
  if (heads.size() != depths.size()) {
    fields.fail(
        "num_heads",
        absl::StrCat("one entry for each of the ", depths.size(), " stages"),
        heads);
    return {};
  }
  std::vector<SwinStage> stages(depths.size());
  for (size_t i = 0; i < stages.size(); ++i) {
    stages[i].depth = depths[i];
    stages[i].heads = heads[i];
  }
  return stages;
}

std::vector<int64_t> readPerStage(JsonFields &fields, const std::string &key,
                                  int64_t fallback, size_t stages,
                                  int64_t high) {
  const json *value = fields.find(key);
  if (value && isList(*value, stages) &&
      allOf(*value, [&](const json &v) { return isIntegerWithin(v, high); }))
    return value->get<std::vector<int64_t>>();
  if (value && isIntegerWithin(*value, high))
    return std::vector<int64_t>(stages, value->get<int64_t>());
  if (value)
    fields.fail(key,
                absl::StrCat("an integer from 1 to ", high,
                             ", or one for each of the ", stages, " stages"),
                *value);
  return std::vector<int64_t>(stages, fallback);
}

std::vector<double> readNumberPerStage(JsonFields &fields,
                                       const std::string &key, double fallback,
                                       size_t stages, double low, double high) {
  const json *value = fields.find(key);
  auto isWithin = [&](const json &v) {
    return v.is_number() && v >= low && v <= high;
  };
  if (value && isList(*value, stages) && allOf(*value, isWithin))
    return value->get<std::vector<double>>();
  if (value && isWithin(*value))
    return std::vector<double>(stages, value->get<double>());
  if (value)
    fields.fail(key,
                absl::StrCat("a number from ", low, " to ", high,
                             ", or one for each of the ", stages, " stages"),
                *value);
  return std::vector<double>(stages, fallback);
}

std::vector<Extent> readExtentPerStage(JsonFields &fields,
                                       const std::string &key, size_t stages,
                                       int64_t high) {
  const json *list = fields.find(key);
  std::vector<Extent> extents(stages, Extent{1, 1});
  if (!list || !isList(*list, stages) ||
      !allOf(*list, [&](const json &v) { return isExtentWithin(v, high); })) {
    fields.fail(key,
                absl::StrCat("an integer or [height, width], from 1 to ", high,
                             ", for each of the ", stages, " stages"),
                list ? *list : json());
    return extents;
  }
  for (size_t i = 0; i < stages; ++i) {
    const json &value = (*list)[i];
    extents[i] = value.is_array()
                     ? Extent{value[0].get<int64_t>(), value[1].get<int64_t>()}
                     : Extent{value.get<int64_t>(), value.get<int64_t>()};
  }
  return extents;
}

} // namespace mixq
