//===- JsonFields.h - The fields of one JSON object -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads an object field by field and remembers which keys were asked for, so
// that finish() can refuse the others. The first error sticks: later reads
// return their fallback, and finish() reports it.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_STORE_JSONFIELDS_H
#define MIXQ_DIALECT_STORE_JSONFIELDS_H

#include "absl/status/status.h"
#include "dialect/store/Json.h"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace mixq {

/// A size in both directions.
struct Extent {
  int64_t height;
  int64_t width;
};

class JsonFields {
public:
  /// The fields of `object`, whose keys errors call `prefix` + key in `source`.
  /// An `object` that is none is an error and has no fields.
  JsonFields(const nlohmann::json &object, std::string source,
             std::string prefix = "");

  /// The fields of the object under `key`, of which there are none if it is
  /// absent. Whoever reads them also calls their finish().
  JsonFields nested(const std::string &key);

  /// The value of `key`, which is now understood, or null if absent.
  const nlohmann::json *find(const std::string &key);
  /// These keys are understood and have no effect.
  template <typename Keys> void ignore(const Keys &keys) {
    understood.insert(std::begin(keys), std::end(keys));
  }

  /// The same, and an error if `key` is absent.
  const nlohmann::json *require(const std::string &key);

  /// Each of the following three: the value under `key`, which must be there.
  std::string requireText(const std::string &key);
  int64_t requireInteger(const std::string &key, int64_t low, int64_t high);
  double requireNumber(const std::string &key, double low, double high);

  /// Each of the following: the value under `key`, checked, or `fallback` if it
  /// is absent or an error.
  int64_t integer(const std::string &key, int64_t fallback, int64_t high,
                  int64_t low = 1);
  /// As many integers in [1, high] as `fallback` has.
  std::vector<int64_t> integers(const std::string &key,
                                std::vector<int64_t> fallback, int64_t high);
  /// An integer in [1, high], or an array of two.
  Extent extent(const std::string &key, Extent fallback, int64_t high);
  double number(const std::string &key, double fallback, double low,
                double high);
  bool boolean(const std::string &key, bool fallback);
  std::vector<double> numbers(const std::string &key,
                              std::vector<double> fallback);
  /// One of `accepted`, a JSON array; other values are "not supported".
  nlohmann::json choice(const std::string &key, const char *accepted,
                        nlohmann::json fallback = nullptr);

  /// The elements of the array under `key`, which must be there: `read` gets
  /// the fields of each, which must be an object, and its name for errors is
  /// the text under its field `label`, where it has one, else its index.
  void requireObjects(const std::string &key, const std::string &label,
                      const std::function<void(JsonFields &)> &read);

  /// Records `error` as it is, unless another stands.
  void fail(absl::Status error);
  /// Records "'key' expects `rule`, found `found`", unless an error stands.
  void fail(const std::string &key, const std::string &rule,
            const nlohmann::json &found);

  /// The first error so far.
  const absl::Status &error() const { return status; }

  /// The first error; without one, an error if a key was not understood.
  absl::Status finish() const;

private:
  std::string quoted(const std::string &key) const;

  const nlohmann::json *object;
  std::string source;
  std::string prefix;
  std::set<std::string> understood;
  absl::Status status;
};

} // namespace mixq

#endif // MIXQ_DIALECT_STORE_JSONFIELDS_H
