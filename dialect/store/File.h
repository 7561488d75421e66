//===- File.h - Whole or no output files, checked input files ---*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_STORE_FILE_H
#define MIXQ_DIALECT_STORE_FILE_H

#include "absl/status/statusor.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace mixq {

/// A regular file (or a link to one) open for reading.
class InputFile {
public:
  static absl::StatusOr<InputFile> open(const std::string &path);
  InputFile(InputFile &&other) noexcept;
  InputFile &operator=(InputFile &&) = delete;
  ~InputFile();

  uint64_t size() const { return bytes; }
  /// Reads exactly `count` bytes; fewer are an error.
  absl::Status readAt(uint64_t offset, void *data, size_t count) const;

private:
  InputFile(std::string path, int descriptor, uint64_t bytes)
      : path(std::move(path)), descriptor(descriptor), bytes(bytes) {}

  std::string path;
  int descriptor;
  uint64_t bytes;
};

/// A file that appears under its name only when it is complete: it is written
/// under a temporary name beside it, which commit() renames and the destructor
/// otherwise removes. A path that names a device or pipe is written directly.
class OutputFile {
public:
  static absl::StatusOr<OutputFile> create(const std::string &path);
  OutputFile(OutputFile &&other) noexcept;
  OutputFile &operator=(OutputFile &&) = delete;
  ~OutputFile();

  absl::Status write(const void *data, size_t count);
  absl::Status commit();

private:
  OutputFile(std::string path, std::string temporary, int descriptor)
      : path(std::move(path)), temporary(std::move(temporary)),
        descriptor(descriptor) {}

  std::string path;
  std::string temporary; ///< empty when written directly
  int descriptor;
};

} // namespace mixq

#endif // MIXQ_DIALECT_STORE_FILE_H
