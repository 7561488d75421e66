//===- SafetensorsHeader.h - The header of an archive, checked --*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_STORE_SAFETENSORSHEADER_H
#define MIXQ_DIALECT_STORE_SAFETENSORSHEADER_H

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dialect/store/Tensor.h"

#include <map>
#include <string>
#include <vector>

namespace mixq::safetensors {

/// Bytes of the little-endian length that opens the file.
constexpr uint64_t kLengthBytes = 8;
/// A header of this size describes 60,000 tensors. The reference implementation
/// allows 100 MB, which take longer to parse than an error may take.
constexpr uint64_t kMaxHeaderBytes = uint64_t(8) << 20;

constexpr const char *kMetadataKey = "__metadata__";

/// One tensor: bytes [begin, end) of the data that follows the header.
struct Entry {
  std::string name;
  DataType type;
  std::vector<int64_t> shape;
  uint64_t begin;
  uint64_t end;
};

struct Header {
  std::vector<Entry> entries; ///< in the order of their data
  std::map<std::string, std::string> metadata;
};

/// The header's length, if a file of `fileSize` bytes can hold it.
absl::StatusOr<uint64_t> checkHeaderLength(uint64_t length, uint64_t fileSize,
                                           const std::string &source);

/// Parses the header of an archive with `dataSize` bytes of tensors. Every
/// entry has a size that its shape and type explain, and the entries tile the
/// data exactly.
absl::StatusOr<Header> parseHeader(absl::string_view text, uint64_t dataSize,
                                   const std::string &source);

/// The archive's name of an element type ("F32").
const char *archiveNameOf(DataType type);

} // namespace mixq::safetensors

#endif // MIXQ_DIALECT_STORE_SAFETENSORSHEADER_H
