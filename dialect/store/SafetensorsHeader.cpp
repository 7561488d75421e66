//===- SafetensorsHeader.cpp - The header of an archive, checked ----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/SafetensorsHeader.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "dialect/store/Json.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

using namespace mixq;
using namespace mixq::safetensors;
using nlohmann::json;

/// In the order of DataType.
static constexpr const char *kNames[] = {"F32", "F64", "F16", "BF16",
                                         "I32", "I64", "I8",  "U8"};

/// More than any framework's tensors have.
static constexpr size_t kMaxRank = 32;

const char *safetensors::archiveNameOf(DataType type) {
  return kNames[static_cast<size_t>(type)];
}

static std::optional<DataType> typeNamed(const std::string &name) {
  const auto *found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames))
    return std::nullopt;
  return static_cast<DataType>(found - std::begin(kNames));
}

absl::StatusOr<uint64_t>
safetensors::checkHeaderLength(uint64_t length, uint64_t fileSize,
                               const std::string &source) {
  uint64_t room = fileSize - kLengthBytes;
  if (length > std::min(room, kMaxHeaderBytes))
    return absl::InvalidArgumentError(
        absl::StrCat(source, ": header: expects a length of at most ",
                     std::min(room, kMaxHeaderBytes), " bytes, got ", length));
  return length;
}

namespace {

/// Reads the header's JSON; knows the file's name for errors.
class HeaderReader {
public:
  HeaderReader(uint64_t dataSize, const std::string &source)
      : dataSize(dataSize), source(source) {}

  absl::StatusOr<Header> read(const json &root) const;

private:
  absl::StatusOr<std::map<std::string, std::string>>
  readMetadata(const json &object) const;
  absl::StatusOr<Entry> readEntry(const std::string &name,
                                  const json &object) const;
  absl::Status checkKeys(const std::string &name, const json &object) const;
  absl::Status readType(const json &value, Entry &entry) const;
  absl::Status readShape(const json &value, Entry &entry) const;
  absl::Status readOffsets(const json &value, Entry &entry) const;
  absl::Status checkSize(const Entry &entry) const;
  absl::Status checkTiling(const std::vector<Entry> &entries) const;

  absl::Status error(const std::string &name, const std::string &what) const {
    return absl::InvalidArgumentError(
        absl::StrCat(source, ": tensor ", quoteForMessage(name), ": ", what));
  }

  uint64_t dataSize;
  const std::string &source;
};

} // namespace

/// How a JSON value appears in a message.
static std::string show(const json &value) {
  constexpr size_t kLongest = 120;
  if (value.is_structured() && value.size() > kMaxRank)
    return absl::StrCat(value.type_name(), " of ", value.size(), " values");
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() <= kLongest)
    return text;
  return text.substr(0, kLongest) + "...";
}

absl::StatusOr<Header> HeaderReader::read(const json &root) const {
  Header header;
  for (const auto &[name, value] : root.items()) {
    if (name == kMetadataKey) {
      auto metadata = readMetadata(value);
      if (!metadata.ok())
        return metadata.status();
      header.metadata = *std::move(metadata);
      continue;
    }
    absl::StatusOr<Entry> entry = readEntry(name, value);
    if (!entry.ok())
      return entry.status();
    header.entries.push_back(*std::move(entry));
  }
  // An empty tensor may lie where another one begins.
  std::sort(header.entries.begin(), header.entries.end(),
            [](const Entry &a, const Entry &b) {
              return std::tie(a.begin, a.end, a.name) <
                     std::tie(b.begin, b.end, b.name);
            });
  if (absl::Status status = checkTiling(header.entries); !status.ok())
    return status;
  return header;
}

absl::StatusOr<std::map<std::string, std::string>>
HeaderReader::readMetadata(const json &object) const {
  if (!object.is_object())
    return absl::InvalidArgumentError(absl::StrCat(source, ": ", kMetadataKey,
                                                   ": expects an object, got ",
                                                   object.type_name()));
  std::map<std::string, std::string> metadata;
  for (const auto &[key, value] : object.items()) {
    if (!value.is_string())
      return absl::InvalidArgumentError(absl::StrCat(
          source, ": ", kMetadataKey, ": key ", quoteForMessage(key),
          ": expects a string, got ", show(value)));
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

absl::StatusOr<Entry> HeaderReader::readEntry(const std::string &name,
                                              const json &object) const {
  Entry entry;
  entry.name = name;
  absl::Status status = checkKeys(name, object);
  if (status.ok())
    status = readType(object["dtype"], entry);
  if (status.ok())
    status = readShape(object["shape"], entry);
  if (status.ok())
    status = readOffsets(object["data_offsets"], entry);
  if (status.ok())
    status = checkSize(entry);
  if (!status.ok())
    return status;
  return entry;
}

absl::Status HeaderReader::checkKeys(const std::string &name,
                                     const json &object) const {
  if (!object.is_object())
    return error(name, absl::StrCat("expects an object, got ", show(object)));
  for (const char *key : {"dtype", "shape", "data_offsets"})
    if (!object.contains(key))
      return error(name, absl::StrCat("expects the key '", key, "'"));
  for (const auto &item : object.items())
    if (item.key() != "dtype" && item.key() != "shape" &&
        item.key() != "data_offsets")
      return error(name, absl::StrCat("expects only dtype, shape and "
                                      "data_offsets, got the key ",
                                      quoteForMessage(item.key())));
  return absl::OkStatus();
}

absl::Status HeaderReader::readType(const json &value, Entry &entry) const {
  std::optional<DataType> type;
  if (value.is_string())
    type = typeNamed(value.get_ref<const std::string &>());
  if (!type)
    return error(entry.name, absl::StrCat("expects a dtype of ",
                                          absl::StrJoin(kNames, ", "), ", got ",
                                          show(value)));
  entry.type = *type;
  return absl::OkStatus();
}

absl::Status HeaderReader::readShape(const json &value, Entry &entry) const {
  if (!value.is_array() || value.size() > kMaxRank)
    return error(entry.name,
                 absl::StrCat("expects a shape of at most ", kMaxRank,
                              " extents, got ", show(value)));
  for (const json &extent : value) {
    if (!extent.is_number_unsigned() || extent.get<uint64_t>() > INT64_MAX)
      return error(entry.name, absl::StrCat("expects extents that are integers "
                                            "of at least 0, got the shape ",
                                            show(value)));
    entry.shape.push_back(extent.get<int64_t>());
  }
  return absl::OkStatus();
}

absl::Status HeaderReader::readOffsets(const json &value, Entry &entry) const {
  if (!value.is_array() || value.size() != 2 ||
      !value[0].is_number_unsigned() || !value[1].is_number_unsigned())
    return error(entry.name,
                 absl::StrCat("expects data_offsets of two integers "
                              "of at least 0, got ",
                              show(value)));
  entry.begin = value[0].get<uint64_t>();
  entry.end = value[1].get<uint64_t>();
  if (entry.begin > entry.end || entry.end > dataSize)
    return error(
        entry.name,
        absl::StrCat("expects data_offsets in order within the file's ",
                     dataSize, " bytes of data, got ", show(value)));
  return absl::OkStatus();
}

absl::Status HeaderReader::checkSize(const Entry &entry) const {
  uint64_t size = sizeOf(entry.type);
  for (int64_t extent : entry.shape)
    if (__builtin_mul_overflow(size, static_cast<uint64_t>(extent), &size))
      return error(entry.name,
                   absl::StrCat("expects a size below 2^64, got [",
                                absl::StrJoin(entry.shape, ", "), "] of ",
                                archiveNameOf(entry.type)));
  if (size != entry.end - entry.begin)
    return error(entry.name,
                 absl::StrCat("expects ", size, " bytes for [",
                              absl::StrJoin(entry.shape, ", "), "] of ",
                              archiveNameOf(entry.type), ", got data_offsets [",
                              entry.begin, ", ", entry.end, "]"));
  return absl::OkStatus();
}

absl::Status
HeaderReader::checkTiling(const std::vector<Entry> &entries) const {
  uint64_t end = 0;
  for (const Entry &entry : entries) {
    if (entry.begin != end)
      return error(entry.name,
                   absl::StrCat("expects to begin at byte ", end,
                                " where the tensor before it ends (no ",
                                entry.begin < end ? "overlap" : "gap",
                                "), got ", entry.begin));
    end = entry.end;
  }
  if (end != dataSize)
    return absl::InvalidArgumentError(absl::StrCat(
        source, ": expects the file to end with its last tensor, at byte ", end,
        " of the data, got ", dataSize - end, " trailing bytes"));
  return absl::OkStatus();
}

absl::StatusOr<Header> safetensors::parseHeader(absl::string_view text,
                                                uint64_t dataSize,
                                                const std::string &source) {
  if (text.empty() || text[0] != '{')
    return absl::InvalidArgumentError(
        source + ": header: expects a JSON object, which begins with '{'");
  JsonLimits limits;
  limits.bytes = kMaxHeaderBytes;
  absl::StatusOr<json> root = parseJson(text, source + ": header", limits);
  if (!root.ok())
    return root.status();
  return HeaderReader(dataSize, source).read(*root);
}
