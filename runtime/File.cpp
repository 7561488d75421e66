//===- File.cpp - Whole files in ------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/File.h"

#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace mixq {

FileDescriptor::~FileDescriptor() {
  if (descriptor >= 0)
    ::close(descriptor);
}

absl::Status systemError(absl::string_view path, absl::string_view action,
                         int error) {
  return absl::Status(
      absl::ErrnoToStatusCode(error),
      absl::StrCat(path, ": cannot ", action, ": ", strerror(error)));
}

absl::StatusOr<FileDescriptor> openRegularFile(const std::string &path,
                                               uint64_t &size) {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0)
    return systemError(path, "open");
  struct stat status;
  if (::fstat(file.get(), &status) != 0)
    return systemError(path, "examine");
  if (!S_ISREG(status.st_mode))
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": not a regular file"));
  size = static_cast<uint64_t>(status.st_size);
  return file;
}

absl::Status readExactly(const FileDescriptor &file, absl::Span<uint8_t> out,
                         absl::string_view path) {
  size_t done = 0;
  while (done < out.size()) {
    ssize_t count = ::read(file.get(), out.data() + done, out.size() - done);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemError(path, "read");
    if (count == 0)
      return absl::DataLossError(absl::StrCat(path, ": ends after ", done,
                                              " bytes, expected ", out.size()));
    done += static_cast<size_t>(count);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<uint8_t>> readFile(const std::string &path,
                                              uint64_t limit) {
  uint64_t size = 0;
  absl::StatusOr<FileDescriptor> file = openRegularFile(path, size);
  if (!file.ok())
    return file.status();
  if (size > limit)
    return absl::ResourceExhaustedError(absl::StrCat(path, ": the file has ",
                                                     size, " bytes, at most ",
                                                     limit, " are accepted"));
  std::vector<uint8_t> bytes(size);
  if (absl::Status s = readExactly(*file, absl::MakeSpan(bytes), path); !s.ok())
    return s;
  return bytes;
}

} // namespace mixq
