//===- JsonFields.cpp - The fields of one JSON object ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/JsonFields.h"

#include "absl/strings/str_cat.h"

#include <algorithm>

using nlohmann::json;

namespace mixq {
namespace {

/// The fields of what is absent or no object.
const json &emptyObject() {
  static const json empty = json::object();
  return empty;
}

/// A value as errors show it.
std::string show(const json &value) {
  constexpr size_t kLongest = 120;
  const std::string text = value.dump();
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

bool isIntegerIn(const json &value, int64_t low, int64_t high) {
  // get<int64_t> of a larger unsigned number would wrap.
  if (value.is_number_unsigned() &&
      value.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX))
    return false;
  return value.is_number_integer() && value.get<int64_t>() >= low &&
         value.get<int64_t>() <= high;
}

bool isNumberArray(const json &value, size_t count) {
  return value.is_array() && value.size() == count &&
         std::all_of(value.begin(), value.end(),
                     [](const json &item) { return item.is_number(); });
}

bool isIntegerArray(const json &value, size_t count, int64_t high) {
  return value.is_array() && value.size() == count &&
         std::all_of(value.begin(), value.end(), [=](const json &item) {
           return isIntegerIn(item, 1, high);
         });
}

} // namespace

JsonFields::JsonFields(const json &object, std::string source,
                       std::string prefix)
    : object(&object), source(std::move(source)), prefix(std::move(prefix)) {
  if (object.is_object())
    return;
  const std::string what =
      this->prefix.empty()
          ? "expects"
          : "'" + this->prefix.substr(0, this->prefix.size() - 1) + "' expects";
  status = absl::InvalidArgumentError(absl::StrCat(
      this->source, ": ", what, " an object, found ", show(object)));
  this->object = &emptyObject();
}

JsonFields JsonFields::nested(const std::string &key) {
  const json *value = find(key);
  return JsonFields(value ? *value : emptyObject(), source, prefix + key + ".");
}

std::string JsonFields::quoted(const std::string &key) const {
  return quoteForMessage(prefix + key);
}

const json *JsonFields::find(const std::string &key) {
  understood.insert(key);
  const auto field = object->find(key);
  return field == object->end() ? nullptr : &*field;
}

const json *JsonFields::require(const std::string &key) {
  const json *value = find(key);
  if (!value)
    fail(absl::InvalidArgumentError(
        absl::StrCat(source, ": ", quoted(key), " is missing")));
  return value;
}

std::string JsonFields::requireText(const std::string &key) {
  const json *value = require(key);
  if (!value)
    return "";
  if (value->is_string())
    return value->get<std::string>();
  fail(key, "a string", *value);
  return "";
}

int64_t JsonFields::requireInteger(const std::string &key, int64_t low,
                                   int64_t high) {
  const json *value = require(key);
  if (!value)
    return low;
  if (isIntegerIn(*value, low, high))
    return value->get<int64_t>();
  fail(key, absl::StrCat("an integer in [", low, ", ", high, "]"), *value);
  return low;
}

double JsonFields::requireNumber(const std::string &key, double low,
                                 double high) {
  return require(key) ? number(key, low, low, high) : low;
}

void JsonFields::requireObjects(const std::string &key,
                                const std::string &label,
                                const std::function<void(JsonFields &)> &read) {
  const json *array = require(key);
  if (!array)
    return;
  if (!array->is_array())
    return fail(key, "an array", *array);
  for (size_t index = 0; index < array->size() && status.ok(); ++index) {
    const json &element = (*array)[index];
    const bool isNamed = element.is_object() && element.contains(label) &&
                         element[label].is_string();
    const std::string name =
        isNamed ? element[label].get<std::string>() : std::to_string(index);
    JsonFields fields(element, source,
                      absl::StrCat(prefix, key, "[", name, "]."));
    read(fields);
    fail(fields.finish());
  }
}

void JsonFields::fail(absl::Status error) {
  if (status.ok())
    status = std::move(error);
}

void JsonFields::fail(const std::string &key, const std::string &rule,
                      const json &found) {
  if (status.ok())
    status = absl::InvalidArgumentError(absl::StrCat(
        source, ": ", quoted(key), " expects ", rule, ", found ", show(found)));
}

int64_t JsonFields::integer(const std::string &key, int64_t fallback,
                            int64_t high, int64_t low) {
  const json *value = find(key);
  if (!value)
    return fallback;
  if (isIntegerIn(*value, low, high))
    return value->get<int64_t>();
  fail(key, absl::StrCat("an integer in [", low, ", ", high, "]"), *value);
  return fallback;
}

std::vector<int64_t> JsonFields::integers(const std::string &key,
                                          std::vector<int64_t> fallback,
                                          int64_t high) {
  const json *value = find(key);
  if (!value)
    return fallback;
  if (isIntegerArray(*value, fallback.size(), high))
    return value->get<std::vector<int64_t>>();
  fail(key,
       absl::StrCat("an array of ", fallback.size(), " integers in [1, ", high,
                    "]"),
       *value);
  return fallback;
}

Extent JsonFields::extent(const std::string &key, Extent fallback,
                          int64_t high) {
  const json *value = find(key);
  if (!value)
    return fallback;
  if (isIntegerIn(*value, 1, high))
    return {value->get<int64_t>(), value->get<int64_t>()};
  if (isIntegerArray(*value, 2, high))
    return {(*value)[0].get<int64_t>(), (*value)[1].get<int64_t>()};
  fail(key, absl::StrCat("an integer in [1, ", high, "] or an array of two"),
       *value);
  return fallback;
}

double JsonFields::number(const std::string &key, double fallback, double low,
                          double high) {
  const json *value = find(key);
  if (!value)
    return fallback;
  if (value->is_number() && value->get<double>() >= low &&
      value->get<double>() <= high)
    return value->get<double>();
  fail(key, absl::StrCat("a number in [", low, ", ", high, "]"), *value);
  return fallback;
}

bool JsonFields::boolean(const std::string &key, bool fallback) {
  const json *value = find(key);
  if (!value)
    return fallback;
  if (value->is_boolean())
    return value->get<bool>();
  fail(key, "true or false", *value);
  return fallback;
}

std::vector<double> JsonFields::numbers(const std::string &key,
                                        std::vector<double> fallback) {
  const json *value = find(key);
  if (!value)
    return fallback;
  if (isNumberArray(*value, fallback.size()))
    return value->get<std::vector<double>>();
  fail(key, absl::StrCat("an array of ", fallback.size(), " numbers"), *value);
  return fallback;
}

json JsonFields::choice(const std::string &key, const char *accepted,
                        json fallback) {
  const json *value = find(key);
  if (!value)
    return fallback;
  const json values = json::parse(accepted);
  if (std::find(values.begin(), values.end(), *value) != values.end())
    return *value;
  std::string list;
  for (const json &item : values)
    absl::StrAppend(&list, list.empty() ? "" : " or ", show(item));
  if (status.ok())
    status = absl::UnimplementedError(
        absl::StrCat(source, ": ", quoted(key), ": ", show(*value),
                     " is not supported; expects ", list));
  return fallback;
}

absl::Status JsonFields::finish() const {
  if (!status.ok())
    return status;
  for (const auto &field : object->items())
    if (understood.count(field.key()) == 0)
      return absl::InvalidArgumentError(
          absl::StrCat(source, ": key ", quoted(field.key()), " is unknown"));
  return absl::OkStatus();
}

} // namespace mixq
