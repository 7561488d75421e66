//===- Container.cpp - The layout of module files -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Container.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "runtime/Hash.h"

namespace mixq {
namespace {

constexpr char magic[] = "\x89MIXQ\r\n\x1a";
constexpr size_t magicSize = 8;
constexpr uint64_t minHeaderSize = 16;
constexpr int maxDepth = 16;
constexpr int maxTables = 1 << 18;
constexpr const char *segmentNames[] = {"code", "constants"};

// Offsets of the prologue's fields.
constexpr size_t versionAt = 8, prologueSizeAt = 12, headerSizeAt = 16,
                 fileSizeAt = 24, headerHashAt = 32, reservedAt = 40;

using Bytes = absl::Span<const uint8_t>;

template <typename... Parts> absl::Status broken(const Parts &...parts) {
  return absl::DataLossError(absl::StrCat(parts...));
}

template <typename T> T load(Bytes bytes, size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

uint64_t alignUp(uint64_t value) {
  return (value + segmentAlignment - 1) / segmentAlignment * segmentAlignment;
}

std::string hex(uint64_t value) {
  return absl::StrCat("0x", absl::Hex(value, absl::kZeroPad16));
}

absl::Status checkZero(Bytes file, uint64_t begin, uint64_t end,
                       const char *rule, const char *what) {
  for (uint64_t i = begin; i < end; ++i)
    if (file[i] != 0)
      return broken("(", rule, ") ", what, ": byte ", i, " is ", file[i],
                    ", expected 0");
  return absl::OkStatus();
}

absl::Status checkHash(Bytes bytes, uint64_t stored, const char *rule,
                       const char *what) {
  uint64_t actual = hashBytes(bytes);
  if (actual == stored)
    return absl::OkStatus();
  return broken("(", rule, ") ", what, ": the stored hash is ", hex(stored),
                ", the bytes hash to ", hex(actual));
}

absl::Status checkIdentity(Bytes start, uint64_t fileSize) {
  if (start.size() < prologueSize || fileSize < prologueSize)
    return broken("(F1) prologue: the file has ",
                  std::min<uint64_t>(fileSize, start.size()),
                  " bytes, expected at least ", prologueSize);
  if (std::memcmp(start.data(), magic, magicSize) != 0)
    return broken("(F1) prologue: not a module, the magic number is missing");
  uint32_t version = load<uint32_t>(start, versionAt);
  if (version != formatVersion)
    return broken("(F2) prologue: format version ", version,
                  ", this runtime reads version ", formatVersion);
  uint32_t size = load<uint32_t>(start, prologueSizeAt);
  if (size != prologueSize)
    return broken("(F3) prologue: size field is ", size, ", expected ",
                  prologueSize);
  return absl::OkStatus();
}

absl::Status checkHeader(Bytes header) {
  flatbuffers::Verifier verifier(header.data(), header.size(), maxDepth,
                                 maxTables);
  if (!schema::HeaderBufferHasIdentifier(header.data()))
    return broken("(F8) header: the identifier is not ",
                  schema::HeaderIdentifier());
  if (!schema::VerifyHeaderBuffer(verifier))
    return broken("(F8) header: not a well-formed flatbuffer of ",
                  header.size(), " bytes");
  return absl::OkStatus();
}

/// Checks segment `index` of the table, which must start at the first aligned
/// offset after `end`, and moves `end` behind it.
absl::StatusOr<Bytes> readSegment(Bytes file, const schema::Segment &segment,
                                  int index, uint64_t &end) {
  const char *name = segmentNames[index];
  if (static_cast<int>(segment.kind()) != index)
    return broken("(F9) segment ", index, ": kind is ",
                  static_cast<int>(segment.kind()), ", expected ", index, " (",
                  name, ")");
  uint64_t begin = alignUp(end);
  if (segment.offset() != begin)
    return broken("(F10) segment ", name, ": offset is ", segment.offset(),
                  ", expected ", begin);
  if (begin > file.size() || segment.size() > file.size() - begin)
    return broken("(F11) segment ", name, ": ", segment.size(),
                  " bytes at offset ", begin, " exceed the file of ",
                  file.size(), " bytes");
  if (absl::Status s = checkZero(file, end, begin, "F12", "padding"); !s.ok())
    return s;
  Bytes bytes = file.subspan(begin, segment.size());
  if (absl::Status s = checkHash(bytes, segment.hash(), "F13", name); !s.ok())
    return s;
  end = begin + segment.size();
  return bytes;
}

absl::Status readSegments(Bytes file, Container &container) {
  const auto &table = *container.header->segments();
  if (table.size() != 2)
    return broken("(F9) header: ", table.size(),
                  " segments, expected 2 (code, constants)");
  uint64_t end = prologueSize + container.headerBytes.size();
  absl::StatusOr<Bytes> code = readSegment(file, *table[0], 0, end);
  if (!code.ok())
    return code.status();
  absl::StatusOr<Bytes> constants = readSegment(file, *table[1], 1, end);
  if (!constants.ok())
    return constants.status();
  if (end != file.size())
    return broken("(F11) file: ", file.size() - end,
                  " bytes follow the last segment");
  container.code = *code;
  container.constants = *constants;
  return absl::OkStatus();
}

template <typename T>
absl::Status checkPresent(const std::vector<T> &items, const char *name) {
  for (size_t i = 0; i < items.size(); ++i)
    if (!items[i])
      return absl::InvalidArgumentError(
          absl::StrCat("header: ", name, "[", i, "] is null"));
  return absl::OkStatus();
}

/// The flatbuffers builder aborts on a missing required table: refuse it here.
absl::Status checkComplete(const schema::HeaderT &header) {
  if (!header.signature || !header.preprocessing)
    return absl::InvalidArgumentError(
        "header: signature and preprocessing are required");
  for (absl::Status s : {checkPresent(header.layers, "layers"),
                         checkPresent(header.kernels, "kernels"),
                         checkPresent(header.steps, "steps")})
    if (!s.ok())
      return s;
  for (const auto &step : header.steps)
    if (absl::Status s = checkPresent(step->arguments, "arguments"); !s.ok())
      return s;
  return absl::OkStatus();
}

std::unique_ptr<schema::SegmentT> makeSegment(schema::SegmentKind kind,
                                              Bytes bytes) {
  auto segment = std::make_unique<schema::SegmentT>();
  segment->kind = kind;
  segment->size = bytes.size();
  segment->hash = hashBytes(bytes);
  return segment;
}

/// Packs with every field present, so that the size does not depend on values.
void pack(const schema::HeaderT &header,
          flatbuffers::FlatBufferBuilder &builder) {
  builder.Clear();
  builder.ForceDefaults(true);
  schema::FinishHeaderBuffer(builder, schema::Header::Pack(builder, &header));
}

void store(std::vector<uint8_t> &file, size_t offset, const void *data,
           size_t size) {
  if (size != 0)
    std::memcpy(file.data() + offset, data, size);
}

void writePrologue(std::vector<uint8_t> &file, Bytes header) {
  const uint32_t sizes[] = {formatVersion, static_cast<uint32_t>(prologueSize)};
  const uint64_t fields[] = {header.size(), file.size(), hashBytes(header)};
  store(file, 0, magic, magicSize);
  store(file, versionAt, sizes, sizeof(sizes));
  store(file, headerSizeAt, fields, sizeof(fields));
}

} // namespace

absl::StatusOr<Prologue> readPrologue(absl::Span<const uint8_t> start,
                                      uint64_t fileSize) {
  if (absl::Status s = checkIdentity(start, fileSize); !s.ok())
    return s;
  Prologue prologue{load<uint64_t>(start, headerSizeAt),
                    load<uint64_t>(start, fileSizeAt),
                    load<uint64_t>(start, headerHashAt)};
  if (prologue.headerSize < minHeaderSize ||
      prologue.headerSize > maxHeaderSize ||
      prologue.headerSize > fileSize - prologueSize)
    return broken("(F4) prologue: header size is ", prologue.headerSize,
                  ", expected ", minHeaderSize, " to ",
                  std::min(maxHeaderSize, fileSize - prologueSize));
  if (prologue.fileSize != fileSize || fileSize > maxFileSize)
    return broken("(F5) prologue: file size is stated as ", prologue.fileSize,
                  " (at most ", maxFileSize, "), the file has ", fileSize,
                  " bytes");
  if (absl::Status s =
          checkZero(start, reservedAt, prologueSize, "F7", "prologue");
      !s.ok())
    return s;
  return prologue;
}

absl::StatusOr<Container> readContainer(absl::Span<const uint8_t> file) {
  absl::StatusOr<Prologue> prologue = readPrologue(file, file.size());
  if (!prologue.ok())
    return prologue.status();
  if (reinterpret_cast<uintptr_t>(file.data()) % alignof(uint64_t) != 0)
    return absl::InvalidArgumentError(
        "the module's bytes must be aligned to 8 bytes");
  Container container;
  container.headerBytes = file.subspan(prologueSize, prologue->headerSize);
  if (absl::Status s = checkHash(container.headerBytes, prologue->headerHash,
                                 "F6", "header");
      !s.ok())
    return s;
  if (absl::Status s = checkHeader(container.headerBytes); !s.ok())
    return s;
  container.header = schema::GetHeader(container.headerBytes.data());
  if (absl::Status s = readSegments(file, container); !s.ok())
    return s;
  return container;
}

absl::StatusOr<std::vector<uint8_t>>
assembleModule(schema::HeaderT header, absl::Span<const uint8_t> code,
               absl::Span<const uint8_t> constants) {
  if (absl::Status s = checkComplete(header); !s.ok())
    return s;
  header.segments.clear();
  header.segments.push_back(makeSegment(schema::SegmentKind::Code, code));
  header.segments.push_back(
      makeSegment(schema::SegmentKind::Constants, constants));
  flatbuffers::FlatBufferBuilder builder;
  pack(header, builder); // once for the size, again with the offsets
  const uint64_t headerSize = builder.GetSize();
  const uint64_t codeAt = alignUp(prologueSize + headerSize);
  const uint64_t constantsAt = alignUp(codeAt + code.size());
  const uint64_t fileSize = constantsAt + constants.size();
  if (headerSize > maxHeaderSize || fileSize > maxFileSize)
    return absl::ResourceExhaustedError(absl::StrCat(
        "module too large: header ", headerSize, " bytes (at most ",
        maxHeaderSize, "), file ", fileSize, " (at most ", maxFileSize, ")"));
  header.segments[0]->offset = codeAt;
  header.segments[1]->offset = constantsAt;
  pack(header, builder);
  std::vector<uint8_t> file(fileSize);
  Bytes packed(builder.GetBufferPointer(), headerSize);
  writePrologue(file, packed);
  store(file, prologueSize, packed.data(), packed.size());
  store(file, codeAt, code.data(), code.size());
  store(file, constantsAt, constants.data(), constants.size());
  return file;
}

} // namespace mixq
