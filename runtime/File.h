//===- File.h - Whole files in ----------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whole files in: strict about what a file is and how large it may be.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_FILE_H
#define MIXQ_RUNTIME_FILE_H

#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mixq {

/// A file descriptor that closes itself.
class FileDescriptor {
public:
  explicit FileDescriptor(int descriptor = -1) : descriptor(descriptor) {}
  FileDescriptor(FileDescriptor &&other) noexcept
      : descriptor(other.descriptor) {
    other.descriptor = -1;
  }
  FileDescriptor &operator=(FileDescriptor &&other) = delete;
  ~FileDescriptor();
  int get() const { return descriptor; }

private:
  int descriptor;
};

/// "PATH: cannot ACTION: the system's message", with a code that fits `error`.
absl::Status systemError(absl::string_view path, absl::string_view action,
                         int error = errno);

/// Opens a regular file for reading and tells its size. Anything else (a
/// folder, a device) is an error.
absl::StatusOr<FileDescriptor> openRegularFile(const std::string &path,
                                               uint64_t &size);

/// Reads exactly `out.size()` bytes from where the file stands.
absl::Status readExactly(const FileDescriptor &file, absl::Span<uint8_t> out,
                         absl::string_view path);

/// Reads a regular file of at most `limit` bytes.
absl::StatusOr<std::vector<uint8_t>> readFile(const std::string &path,
                                              uint64_t limit);

} // namespace mixq

#endif // MIXQ_RUNTIME_FILE_H
