//===- Safetensors.cpp - The safetensors archive --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/Safetensors.h"

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "dialect/store/File.h"
#include "dialect/store/Json.h"
#include "dialect/store/SafetensorsHeader.h"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>
#include <vector>

using namespace mixq;
using namespace mixq::safetensors;

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "tensors are read and written as they lie in memory");

//===----------------------------------------------------------------------===//
// Reader
//===----------------------------------------------------------------------===//

/// Copies `count` bytes from `offset` of the archive.
using ReadAt =
    absl::FunctionRef<absl::Status(uint64_t offset, void *data, size_t count)>;

static absl::StatusOr<Header> readHeader(ReadAt readAt, uint64_t fileSize,
                                         const std::string &source,
                                         uint64_t &dataBegin) {
  if (fileSize < kLengthBytes)
    return absl::InvalidArgumentError(
        absl::StrCat(source, ": expects a safetensors archive, at least ",
                     kLengthBytes, " bytes, got ", fileSize));
  uint64_t length = 0;
  if (absl::Status status = readAt(0, &length, kLengthBytes); !status.ok())
    return status;
  absl::StatusOr<uint64_t> checked =
      checkHeaderLength(length, fileSize, source);
  if (!checked.ok())
    return checked.status();
  std::string text(*checked, '\0');
  absl::Status status = readAt(kLengthBytes, text.data(), text.size());
  if (!status.ok())
    return status;
  dataBegin = kLengthBytes + *checked;
  return parseHeader(text, fileSize - dataBegin, source);
}

/// What a tensor of this many bytes allocates is in the file: the header has
/// been checked against the file's size.
static absl::StatusOr<Archive> readArchive(ReadAt readAt, uint64_t fileSize,
                                           const std::string &source) {
  uint64_t dataBegin = 0;
  absl::StatusOr<Header> header =
      readHeader(readAt, fileSize, source, dataBegin);
  if (!header.ok())
    return header.status();
  Archive archive;
  archive.metadata = std::move(header->metadata);
  for (Entry &entry : header->entries) {
    Tensor tensor(entry.type, std::move(entry.shape));
    absl::Status status =
        readAt(dataBegin + entry.begin, tensor.mutableRaw(), tensor.bytes());
    if (!status.ok())
      return status;
    archive.tensors.emplace(std::move(entry.name), std::move(tensor));
  }
  return archive;
}

absl::StatusOr<Archive> mixq::readSafetensors(const std::string &path) {
  absl::StatusOr<InputFile> file = InputFile::open(path);
  if (!file.ok())
    return file.status();
  auto readAt = [&](uint64_t offset, void *data, size_t count) {
    return file->readAt(offset, data, count);
  };
  return readArchive(readAt, file->size(), path);
}

absl::StatusOr<Archive> mixq::parseSafetensors(const uint8_t *bytes,
                                               size_t size,
                                               const std::string &source) {
  auto readAt = [&](uint64_t offset, void *data, size_t count) {
    if (count > 0)
      std::memcpy(data, bytes + offset, count);
    return absl::OkStatus();
  };
  return readArchive(readAt, size, source);
}

//===----------------------------------------------------------------------===//
// Writer
//===----------------------------------------------------------------------===//

using NamedTensor = std::pair<const std::string, Tensor>;

static std::vector<const NamedTensor *> inFileOrder(const Archive &archive) {
  std::vector<const NamedTensor *> order;
  for (const NamedTensor &named : archive.tensors)
    order.push_back(&named);
  auto rank = [](const NamedTensor *named) {
    return std::make_tuple(-int64_t(sizeOf(named->second.type())),
                           absl::string_view(named->first));
  };
  std::sort(order.begin(), order.end(),
            [&](const NamedTensor *a, const NamedTensor *b) {
              return rank(a) < rank(b);
            });
  return order;
}

static std::string headerText(const std::vector<const NamedTensor *> &order,
                              const Archive &archive) {
  nlohmann::ordered_json root = nlohmann::ordered_json::object();
  if (!archive.metadata.empty())
    root[kMetadataKey] = archive.metadata;
  uint64_t offset = 0;
  for (const NamedTensor *named : order) {
    const Tensor &tensor = named->second;
    uint64_t end = offset + tensor.bytes();
    nlohmann::ordered_json &entry = root[named->first];
    entry["dtype"] = archiveNameOf(tensor.type());
    entry["shape"] = tensor.shape();
    entry["data_offsets"] = {offset, end};
    offset = end;
  }
  std::string text = root.dump();
  text.append(-text.size() % kLengthBytes, ' ');
  return text;
}

static absl::Status checkNames(const std::string &path,
                               const Archive &archive) {
  if (archive.tensors.count(kMetadataKey))
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": expects tensor names other than ", kMetadataKey));
  for (const NamedTensor &named : archive.tensors)
    if (!named.second.raw())
      return absl::InvalidArgumentError(absl::StrCat(
          path, ": tensor ", quoteForMessage(named.first), " has no value"));
  return absl::OkStatus();
}

static absl::Status writeAll(OutputFile &file, const std::string &text,
                             const std::vector<const NamedTensor *> &order) {
  uint64_t length = text.size();
  absl::Status status = file.write(&length, kLengthBytes);
  if (status.ok())
    status = file.write(text.data(), text.size());
  for (const NamedTensor *named : order)
    if (status.ok())
      status = file.write(named->second.raw(), named->second.bytes());
  if (status.ok())
    status = file.commit();
  return status;
}

absl::Status mixq::writeSafetensors(const std::string &path,
                                    const Archive &archive) {
  if (absl::Status status = checkNames(path, archive); !status.ok())
    return status;
  std::vector<const NamedTensor *> order = inFileOrder(archive);
  std::string text;
  try {
    text = headerText(order, archive);
  } catch (const nlohmann::json::exception &) {
    return absl::InvalidArgumentError(
        path + ": expects tensor names and metadata in UTF-8");
  }
  absl::StatusOr<OutputFile> file = OutputFile::create(path);
  if (!file.ok())
    return file.status();
  return writeAll(*file, text, order);
}
