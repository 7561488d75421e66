//===- Json.cpp - Strict JSON ---------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/Json.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "dialect/store/File.h"

#include <iterator>
#include <utility>
#include <vector>

using namespace mixq;
using nlohmann::json;

namespace {

/// Reads characters and notes how far reading came: SAX events carry no
/// position of their own.
class TrackingIterator {
public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  TrackingIterator(const char *at, const char **furthest)
      : at(at), furthest(furthest) {}
  reference operator*() const { return *at; }
  TrackingIterator &operator++() {
    *furthest = ++at;
    return *this;
  }
  bool operator==(const TrackingIterator &other) const {
    return at == other.at;
  }
  bool operator!=(const TrackingIterator &other) const {
    return at != other.at;
  }

private:
  const char *at;
  const char **furthest;
};

/// Builds the document, value by value, and stops at the first broken rule.
class DocumentBuilder : public nlohmann::json_sax<json> {
public:
  explicit DocumentBuilder(const JsonLimits &limits) : limits(limits) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t &) override {
    return add(value);
  }
  bool string(string_t &value) override { return add(std::move(value)); }
  bool binary(binary_t &) override { return fail("binary value"); }
  bool start_object(size_t) override { return open(json::object()); }
  bool start_array(size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t &name) override;
  bool parse_error(size_t position, const std::string &token,
                   const json::exception &error) override;

  json takeDocument() { return std::move(document); }
  const std::string &getError() const { return error; }

private:
  bool add(json value);
  bool open(json value);
  bool close();
  bool fail(std::string message);
  json *place(json value);

  const JsonLimits &limits;
  json document;
  std::vector<json *> nesting;
  std::string pendingKey;
  size_t values = 0;
  std::string error;
};

} // namespace

bool DocumentBuilder::fail(std::string message) {
  error = std::move(message);
  return false;
}

/// Where a value belongs: the document, the end of an array or under a key.
json *DocumentBuilder::place(json value) {
  if (nesting.empty())
    return &(document = std::move(value));
  json &parent = *nesting.back();
  if (parent.is_array()) {
    parent.push_back(std::move(value));
    return &parent.back();
  }
  return &(parent[pendingKey] = std::move(value));
}

bool DocumentBuilder::add(json value) {
  if (++values > limits.values)
    return fail(absl::StrCat("more than ", limits.values, " values"));
  place(std::move(value));
  return true;
}

bool DocumentBuilder::open(json value) {
  if (nesting.size() >= limits.depth)
    return fail(absl::StrCat("nesting deeper than ", limits.depth));
  if (++values > limits.values)
    return fail(absl::StrCat("more than ", limits.values, " values"));
  nesting.push_back(place(std::move(value)));
  return true;
}

bool DocumentBuilder::close() {
  nesting.pop_back();
  return true;
}

bool DocumentBuilder::key(string_t &name) {
  if (nesting.back()->contains(name))
    return fail(absl::StrCat("duplicate key ", quoteForMessage(name)));
  pendingKey = std::move(name);
  return true;
}

bool DocumentBuilder::parse_error(size_t, const std::string &,
                                  const json::exception &failure) {
  // "[json.exception.parse_error.101] parse error at line 1, column 2: what"
  absl::string_view what = failure.what();
  for (absl::string_view prefix : {"] ", "column ", ": "})
    if (size_t at = what.find(prefix); at != absl::string_view::npos)
      what.remove_prefix(at + prefix.size());
    else
      break;
  return fail(absl::StrCat(what.substr(0, 200)));
}

static absl::Status invalid(const std::string &source, size_t offset,
                            const std::string &rule) {
  return absl::InvalidArgumentError(
      absl::StrCat(source, ": not valid JSON, at byte ", offset, ": ", rule));
}

absl::StatusOr<json> mixq::parseJson(absl::string_view text,
                                     const std::string &source,
                                     const JsonLimits &limits) {
  if (text.size() > limits.bytes)
    return absl::InvalidArgumentError(
        absl::StrCat(source, ": expects at most ", limits.bytes,
                     " bytes of JSON, got ", text.size()));
  // nlohmann-json takes a NUL byte for the end of its input.
  if (size_t at = text.find('\0'); at != absl::string_view::npos)
    return invalid(source, at, "a NUL byte");

  const char *furthest = text.data();
  TrackingIterator begin(text.data(), &furthest);
  TrackingIterator end(text.data() + text.size(), &furthest);
  DocumentBuilder builder(limits);
  if (!json::sax_parse(begin, end, &builder))
    return invalid(source, furthest - text.data(), builder.getError());
  return builder.takeDocument();
}

absl::StatusOr<json> mixq::readJson(const std::string &path,
                                    const JsonLimits &limits) {
  absl::StatusOr<InputFile> file = InputFile::open(path);
  if (!file.ok())
    return file.status();
  if (file->size() > limits.bytes)
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": expects at most ", limits.bytes,
                     " bytes of JSON, got ", file->size()));
  std::string text(file->size(), '\0');
  absl::Status status = file->readAt(0, text.data(), text.size());
  if (!status.ok())
    return status;
  return parseJson(text, path, limits);
}

std::string mixq::quoteForMessage(absl::string_view name) {
  constexpr size_t kLongest = 120;
  bool isLong = name.size() > kLongest;
  return absl::StrCat("'", absl::Utf8SafeCEscape(name.substr(0, kLongest)),
                      isLong ? "..." : "", "'");
}
